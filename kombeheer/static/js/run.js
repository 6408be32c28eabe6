// How far a run is, asked every second. When it is over, or cannot be asked, the page comes anew.

const EVERY_MS = 1000;
const run = document.querySelector("[data-run]");

function show(told) {
  const bar = run.querySelector("progress");
  if (told.total) {
    bar.max = Math.max(told.total, told.line);
    bar.value = told.line;
  } else {
    bar.removeAttribute("value");
  }
  for (const [name, words] of Object.entries(told.words)) {
    const place = run.querySelector(`[data-told="${name}"]`);
    if (place && place.textContent !== words) place.textContent = words;
  }
}

async function ask() {
  try {
    const answer = await fetch(run.dataset.run, { cache: "no-store" });
    if (answer.status < 500) {
      const isOurs = answer.ok && !answer.redirected;
      const told = isOurs ? await answer.json() : null;
      if (!told || told.is_over) {
        location.reload();
        return;
      }
      show(told);
    }
  } catch {
    // no network for a moment; the run goes on without us
  }
  setTimeout(ask, EVERY_MS);
}

if (run) setTimeout(ask, EVERY_MS);
