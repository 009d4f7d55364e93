// Sends the forms of the status page as JSON to the complaint's own address; htmx itself swaps in
// what the stream brings.
"use strict";

const forms = document.getElementById("forms");
const messages = document.getElementById("messages");
const status = () => messages.querySelector("[data-status]")?.dataset.status;
const shown = status();
const SHAPES = {
  int: Number,
  bool: (value) => value === "true",
  lines: (value) => value.split("\n").map((text) => text.trim()).filter(Boolean),
};

function body(form) {
  const fields = [...form.elements].filter((field) => field.name && (field.type !== "radio" || field.checked));
  const pairs = fields.map((field) => [field.name, (SHAPES[field.dataset.type] ?? String)(field.value.trim())]);
  return JSON.stringify(Object.fromEntries(pairs.filter(([, value]) => value !== "")));
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const [button, answer] = [form.querySelector("button"), form.querySelector(".answer")];
  button.disabled = true;
  const address = `/v1/complaints/${forms.dataset.complaint}/${form.dataset.action}?token=${encodeURIComponent(forms.dataset.token)}`;
  const taken = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: body(form) })
    .then((response) => response.ok, () => false);
  answer.textContent = taken ? form.dataset.sent ?? forms.dataset.sent : forms.dataset.failed;
  answer.classList.toggle("failed", !taken);
  if (taken && "live" in form.dataset) form.reset();
  else if (taken) setTimeout(() => location.reload(), 2500);
  button.disabled = taken && !("live" in form.dataset);
}

// Another status brings other forms: unless somebody is writing, the page is fetched anew.
function renew() {
  const writing = [...document.querySelectorAll("textarea")].some((field) => field.value.trim());
  if (status() !== shown && !writing) location.reload();
}

messages.addEventListener("htmx:after:swap", renew);

if (forms) {
  forms.hidden = false;
  forms.addEventListener("submit", send);
}
