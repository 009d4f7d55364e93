// Sends the forms of the status page as JSON to the complaint's own address.
"use strict";

const forms = document.getElementById("forms");
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
  answer.textContent = taken ? forms.dataset.sent : forms.dataset.failed;
  answer.classList.toggle("failed", !taken);
  if (taken) setTimeout(() => location.reload(), 2500);
  else button.disabled = false;
}

if (forms) {
  forms.hidden = false;
  forms.addEventListener("submit", send);
}
