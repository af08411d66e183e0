// The server's clock. A phone's may be wrong by days; how far is known since the last
// answer, and holds without a connection.
const kept = "clock-ahead-ms";
let ahead = Number(localStorage.getItem(kept) ?? 0);

/** Learns from the Date of an answer. */
export function hear(answer: Response) {
  const told = Date.parse(answer.headers.get("Date") ?? "");
  if (Number.isNaN(told)) return;
  ahead = told - Date.now();
  localStorage.setItem(kept, String(ahead));
}

export const now = (): number => Date.now() + ahead;

/** The day, as 2027-03-01, where the installation is. */
export function today(timezone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now());
}
