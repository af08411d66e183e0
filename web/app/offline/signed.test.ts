import { expect, test } from "vitest";
import { newPhoneKey, toBase64, unlock } from "./seal";
import { open, signedDay, UnsignedDay, type SignedDay } from "./signed";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const account = "11111111-2222-8333-8444-555555555555";
const until = 1_800_000_000;
const before = (until - 1) * 1000;

/** A server with a key of its own. */
async function server() {
  const pair = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  return {
    key: toBase64(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))),
    async answer(text: string) {
      const signed = new TextEncoder().encode(`rounds-day-1 ${account} ${until}\n${text}`);
      return signedDay(`${text}\n`, `rounds-day-1 ${until} ${toBase64(new Uint8Array(await crypto.subtle.sign(ecdsa, pair.privateKey, signed)))}`);
    },
  };
}

test("a day is what the server signed, for its account and its time alone", async () => {
  const [ours, another] = [await server(), await server()];
  const day = await ours.answer('{"date":"2027-03-01","stops":[]}');
  expect(await open(day, ours.key, account, before)).toEqual({ date: "2027-03-01", stops: [] });
  const wrong: [SignedDay, string, string, number][] = [
    [{ ...day, text: day.text.replace("01", "02") }, ours.key, account, before],
    [{ ...day, until: until + 3600 }, ours.key, account, before],
    [day, another.key, account, before],
    [day, ours.key, account.replace("1", "2"), before],
    [day, ours.key, account, until * 1000],
  ];
  for (const each of wrong) await expect(open(...each)).rejects.toThrow(UnsignedDay);
  for (const header of [null, "", "rounds-day-2 1800000000 AAAA", "rounds-day-1"]) expect(() => signedDay("{}", header)).toThrow(UnsignedDay);
});

test("nobody puts another server's key in the place of the one that was known when the PIN was chosen", async () => {
  const { key } = await newPhoneKey("481516", "ours");
  expect(await unlock(key, "481516")).not.toBeNull();
  expect(await unlock({ ...key, signKey: "another" }, "481516")).toBeNull();
});
