// Days as the server signed them (docs/sync.md): what lies on the phone is shown while the
// signature holds, for the account it was made for and until the time that it names.
import type { Day } from "../api/client";
import { fromBase64 } from "./seal";

const form = "rounds-day-1";

/** A day as it came, with what proves it. */
export interface SignedDay {
  text: string;
  /** Seconds of Unix. */
  until: number;
  /** Base64 of r and s. */
  signature: string;
}

/** A day is not, or not any more, as the server signed it. */
export class UnsignedDay extends Error {}

/** Takes the text of an answer and the header that goes with it apart. */
export function signedDay(text: string, header: string | null): SignedDay {
  const [its, until, signature] = header?.split(" ") ?? [];
  if (its !== form || !until || !signature) throw new UnsignedDay("no signature of this form");
  return { text: text.trimEnd(), until: Number(until), signature };
}

/** The day, when the key (an uncompressed point of P-256 in base64) signed it for the account;
 * at is the server's time in ms. Otherwise it throws UnsignedDay. */
export async function open({ text, until, signature }: SignedDay, key: string, account: string, at: number): Promise<Day> {
  if (!(until * 1000 > at)) throw new UnsignedDay("over");
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const publicKey = await crypto.subtle.importKey("raw", fromBase64(key), ecdsa, false, ["verify"]);
  const signed = new TextEncoder().encode(`${form} ${account} ${until}\n${text}`);
  if (!(await crypto.subtle.verify(ecdsa, publicKey, fromBase64(signature), signed))) throw new UnsignedDay("another content");
  return JSON.parse(text) as Day;
}
