// The board's chart and its pause button; htmx itself swaps the numbers that the stream brings.
"use strict";

const numbers = document.getElementById("numbers");
const live = document.getElementById("live");
const pause = document.getElementById("pause");
const flow = document.getElementById("flow");
const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let shown = JSON.parse(flow.dataset.flow);
let chart;

const table = () => [shown.minutes, shown.received, shown.answered, shown.closed];
const line = (label, name, dash) => ({ label, stroke: colour(name), width: 2, dash, points: { show: false } });
const utc = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);
const axis = () => ({ stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } });

function draw() {
  chart?.destroy();
  chart = new uPlot({
    width: flow.clientWidth,
    height: 220,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { y: { range: (_, low, high) => [0, Math.max(high, 5)] } },
    axes: [{ ...axis(), values: (_, marks) => marks.map(utc) }, axis()],
    series: [
      { label: "Minute", value: (_, seconds) => seconds == null ? "–" : `${utc(seconds)} UTC` },
      line("received", "--intake"),
      line("answered", "--notify", [8, 4]),
      line("closed", "--investigation", [2, 3]),
    ],
  }, table(), flow);
}

function say(text, on) {
  live.textContent = text;
  live.classList.toggle("on", on);
}

numbers.addEventListener("flow", (event) => {
  shown = JSON.parse(event.detail.data);
  if (pause.ariaPressed !== "true") chart.setData(table());
});
numbers.addEventListener("htmx:sse:before:message", (event) => {
  if (pause.ariaPressed === "true" && !event.detail.message.event) event.preventDefault();
});
numbers.addEventListener("htmx:sse:after:connection", () => say("Live", true));
numbers.addEventListener("htmx:sse:error", () => say("Connection lost, trying again", false));
pause.addEventListener("click", () => {
  const paused = pause.ariaPressed !== "true";
  pause.ariaPressed = String(paused);
  pause.textContent = paused ? "Go on" : "Pause";
  say(paused ? "Paused" : "Live", !paused);
});
addEventListener("resize", () => chart.setSize({ width: flow.clientWidth, height: 220 }));
dark.addEventListener("change", draw);
pause.hidden = false;
draw();
