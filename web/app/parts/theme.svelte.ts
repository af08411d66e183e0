// The look: light and dark follow the system until somebody chooses.
export type Look = "auto" | "light" | "dark" | "sun";
export const looks: Look[] = ["auto", "light", "dark", "sun"];

const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = $state<Look>(read());
let systemDark = $state(dark.matches);
dark.addEventListener("change", () => {
  systemDark = dark.matches;
  applyTheme();
});

function read(): Look {
  const kept = localStorage.getItem("look");
  return looks.find((look) => look === kept) ?? "auto";
}

export function look(): Look {
  return chosen;
}

/** What is shown: auto resolved. */
export function shownLook(): "light" | "dark" | "sun" {
  return chosen === "auto" ? (systemDark ? "dark" : "light") : chosen;
}

export function setLook(next: Look) {
  chosen = next;
  localStorage.setItem("look", next);
  applyTheme();
}

export function applyTheme() {
  document.documentElement.dataset["theme"] = shownLook();
}
