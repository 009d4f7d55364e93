"""What uvicorn answers to bytes that are not HTTP: a problem, as to everything else."""

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.http.errors import ProblemError, answer


class ProblemProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, whose own 400 has the one shape of RFC 9457."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the library's words
        """Answer and close; called before there is a request that an app could answer."""
        problem = answer(ProblemError(400, "malformed_request"))
        headers = [*problem.raw_headers, (b"connection", b"close")]
        head = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
        for event in head, h11.Data(data=bytes(problem.body)), h11.EndOfMessage():
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
