"""The staff's sign-in: a token becomes a cookie that no script and no other site can use."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.notify.access import now
from services.notify.views import Views
from shared.http.errors import ProblemError
from shared.http.forms import read_form
from shared.http.tokens import verify
from shared.pages.staff import COOKIE, ask, way_back


def router(views: Views) -> APIRouter:
    """The routes that give and take the cookie."""
    routes, access = APIRouter(include_in_schema=False), views.access

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request, 5)
        token, back = str(form.get("token", "")).strip(), way_back(str(form.get("back", "/")))
        try:
            verify(access.key, f"Bearer {token}", now())
        except ProblemError:
            return ask(back, wrong=True)
        answer = RedirectResponse(back, 303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=access.secure)
        return answer

    @routes.post("/sign-out")
    async def sign_out() -> Response:
        answer = RedirectResponse("/", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=access.secure)
        return answer

    return routes
