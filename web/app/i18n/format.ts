// Figures as people read them. Times of plans are local "HH:MM:SS" already.
import { language, t } from "./index.svelte";

export function clock(time: string): string {
  return time.slice(0, 5);
}

export function distance(metres: number): string {
  const unit = metres < 1000 ? "meter" : "kilometer";
  const value = metres < 1000 ? Math.round(metres / 10) * 10 : metres / 1000;
  return new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

export function hours(minutes: number): string {
  const h = Math.floor(minutes / 60);
  const m = Math.round(minutes % 60);
  const part = (value: number, unit: string) =>
    new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "short" }).format(value);
  if (h === 0) return part(m, "minute");
  return m === 0 || h >= 20 ? part(h, "hour") : `${part(h, "hour")} ${part(m, "minute")}`;
}

export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

export function percent(part: number, whole: number): string {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(whole === 0 ? 0 : part / whole);
}

/** A date "2026-11-24" as "Tue 24 Nov". */
export function day(date: string): string {
  return new Intl.DateTimeFormat(language(), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/** A period of whole days, as "1–31 October 2026". */
export function period(from: string, to: string): string {
  const format = new Intl.DateTimeFormat(language(), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  return format.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
}

/** The date some days after another. */
export function addDays(date: string, days: number): string {
  const time = new Date(`${date}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

/** The date some months after another; the last of the month where it has no such day. */
export function addMonths(date: string, months: number): string {
  const [year, month, dayOf] = date.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(dayOf, last))).toISOString().slice(0, 10);
}

/** A moment of today as a time, of another day with its date. */
export function momentSoon(at: string): string {
  const time = new Date(at);
  const near = Math.abs(time.getTime() - Date.now()) < 12 * 3600 * 1000;
  return new Intl.DateTimeFormat(language(), near ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(time);
}

/** What a place is called: its address, else the street that it is near. */
export function placeName(stop: { address: string; near: string | null }): string {
  return stop.address || (stop.near ? t("near_street", { street: stop.near }) : t("without_address"));
}

/** A moment "2026-11-24T09:30:00Z" as date and time here. */
export function moment(time: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

/** A month written 2027-03. */
export function month(of: string): string {
  return new Intl.DateTimeFormat(language(), { year: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${of}-01T00:00:00Z`));
}

/** A date or moment as a date with its year. */
export function longDay(date: string): string {
  const wholeDay = date.length === "2026-11-24".length; // the same day wherever it is read
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", ...(wholeDay ? { timeZone: "UTC" } : {}) }).format(new Date(date));
}

/** How long ago a moment was, in whole hours or days. */
export function ago(time: string): string {
  const passed = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 3600_000));
  const [value, unit] = passed < 48 ? [passed, "hour" as const] : [Math.round(passed / 24), "day" as const];
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-value, unit);
}

export function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return new Intl.NumberFormat(language(), { style: "unit", unit: "megabyte", maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
