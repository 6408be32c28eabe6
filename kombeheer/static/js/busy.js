// A form that was sent is not sent twice: its button is busy until the next page is there.
// A form with data-repeat (its answer is a download, the page stays) is left alone.

const SAY_SO_AFTER_MS = 1000;
const GIVE_UP_AFTER_MS = 20000; // stopped by hand, or no answer: one may try again

const sent = new Map(); // form -> what to put back

function release(form) {
  const kept = sent.get(form);
  if (!kept) return;
  sent.delete(form);
  clearTimeout(kept.sayTimer);
  clearTimeout(kept.giveUpTimer);
  if (!kept.button) return;
  kept.button.removeAttribute("aria-busy");
  kept.button.removeAttribute("aria-disabled");
  kept.button.replaceChildren(...kept.content);
}

// Not `disabled`: the name and value of the pressed button have to go along.
function hold(form, button) {
  const kept = { button, content: button ? [...button.childNodes] : [] };
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  kept.sayTimer = setTimeout(
    () => button?.replaceChildren(document.body.dataset.busy ?? "…"), SAY_SO_AFTER_MS);
  kept.giveUpTimer = setTimeout(() => release(form), GIVE_UP_AFTER_MS);
  sent.set(form, kept);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || "repeat" in form.dataset) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  hold(form, event.submitter ?? form.querySelector("button:not([type=button])"));
});

// Back from the next page, kept in memory by the browser.
window.addEventListener("pageshow", () => [...sent.keys()].forEach(release));
