// The visit page: keys for the endings, no screen keyboard for a scan, sound of the answer.
// Everything here only makes quicker what the page does without it.

import { feedback, soundIsOn, switchSound } from "./sound.js";

const field = document.querySelector("input[data-scan]");

// A key only marks its ending; Enter records it. A number typed by hand begins with such a key too.
// What was typed before this script had come is marked too.
function watchEndings() {
  const mark = () => {
    for (const button of document.querySelectorAll(".endings button")) {
      button.classList.toggle("chosen", button.dataset.key === field.value);
    }
  };
  field.addEventListener("input", mark);
  mark();
}

// A scan needs no screen keyboard; it comes with the button that asks for it. Where that button is
// not in view (a desk, a tablet), nothing changes.
function watchKeyboard() {
  const button = document.querySelector("[data-keyboard]");
  const inView = button !== null && button.getClientRects().length > 0;
  if (!inView || !window.matchMedia("(any-pointer: coarse)").matches) return;
  const typed = field.inputMode;
  field.inputMode = "none";
  button.addEventListener("click", (event) => {
    event.preventDefault();
    field.inputMode = typed;
    field.blur();
    field.focus();
  });
}

// A question has the cursor on its answer, where Enter says yes. A scanner types digits and Enter
// too: from the first digit on they go to the scan field, so that no scan ever says yes.
function watchScans() {
  document.addEventListener("keydown", (event) => {
    if (!/^[0-9]$/.test(event.key) || !document.activeElement?.matches("[data-answer]")) return;
    field.focus();
  });
}

function watchSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(soundIsOn()));
  show();
  button.hidden = false;
  button.addEventListener("click", () => {
    switchSound(!soundIsOn());
    show();
    if (soundIsOn()) feedback("stored");
  });
}

// Not again on a reload or on the way back: then nothing has arrived.
function isFirstView() {
  const [entry] = performance.getEntriesByType?.("navigation") ?? [];
  return !entry || entry.type === "navigate";
}

if (field) {
  watchEndings();
  watchKeyboard();
  watchScans();
}
document.querySelectorAll("[data-sound]").forEach(watchSwitch);
if (isFirstView()) feedback(document.body.dataset.feedback);
