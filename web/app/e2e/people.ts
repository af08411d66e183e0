// Who the tests sign in as, once each: the server slows down whoever signs in often.
import { tmpdir } from "node:os";
import { join } from "node:path";

export const workers = ["w01", "w02", "w03", "w04", "w05"] as const;
export const people = ["supervisor", "leader", "admin", "admin2", "mediator", "officer", ...workers] as const;
export type Person = (typeof people)[number];
export const password = process.env["ROUNDS_PASSWORD"] ?? "rounds-demo";

/** Where the session of a person is kept between tests. */
export function session(person: Person): string {
  return join(process.env["ROUNDS_E2E_DATA"] ?? tmpdir(), `session-${person}.json`);
}
