// What was sent is not sent twice: after a POST no form of this page is sent until the next page is
// there, and the pressed button says that it is busy. A form with data-repeat (its answer is a
// download, the page stays) is left alone, and so is a GET, which changes nothing.

const SAY_SO_AFTER_MS = 1000;
const GIVE_UP_AFTER_MS = 20000; // stopped by hand, or no answer: one may try again

let sent = null; // what to put back

function release() {
  if (!sent) return;
  const { button, content, timers } = sent;
  sent = null;
  timers.forEach(clearTimeout);
  if (!button) return;
  button.removeAttribute("aria-busy");
  button.removeAttribute("aria-disabled");
  button.replaceChildren(...content);
}

// Not `disabled`: the name and value of the pressed button have to go along.
function hold(button) {
  const timers = [setTimeout(release, GIVE_UP_AFTER_MS)];
  sent = { button, content: button ? [...button.childNodes] : [], timers };
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  const sayBusy = () => button.replaceChildren(document.body.dataset.busy ?? "…");
  timers.push(setTimeout(sayBusy, SAY_SO_AFTER_MS));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if ("repeat" in form.dataset) return;
  if (sent) event.preventDefault();
  else hold(event.submitter ?? form.querySelector("button:not([type=button])"));
});

// Back from the next page, kept in memory by the browser.
window.addEventListener("pageshow", release);
