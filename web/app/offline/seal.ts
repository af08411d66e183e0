// Sealing (HPKE, RFC 9180): to the server, so that nobody can read what was recorded, and
// to the phone itself, whose private key opens with the worker's PIN alone.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const encoder = new TextEncoder();
const pinRounds = 600_000; // of PBKDF2 with SHA-256, as OWASP asks for
const encLength = 65; // an uncompressed point of P-256

export const toBase64 = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
};
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Seals a text to a public key: the encapsulated key before the ciphertext. */
export async function seal(publicKey: string, info: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64(publicKey).buffer);
  const sender = await suite.createSenderContext({ recipientPublicKey, info: encoder.encode(info).buffer as ArrayBuffer });
  const sealed = new Uint8Array(await sender.seal(encoder.encode(text).buffer as ArrayBuffer));
  const box = new Uint8Array(sender.enc.byteLength + sealed.length);
  box.set(new Uint8Array(sender.enc));
  box.set(sealed, sender.enc.byteLength);
  return box;
}

/** The phone's own key: anybody seals to it, the PIN opens. */
export interface PhoneKey {
  publicKey: string;
  /** By which the server signs, as it was when the PIN was chosen; nobody changes it without the PIN. */
  signKey: string;
  salt: string;
  nonce: string;
  wrapped: string;
}

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: pinRounds }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function newPhoneKey(pin: string, signKey: string): Promise<{ key: PhoneKey; opener: Opener }> {
  const pair = await suite.kem.generateKeyPair();
  const [salt, iv] = [crypto.getRandomValues(new Uint8Array(16)), crypto.getRandomValues(new Uint8Array(12))];
  const secret = await suite.kem.serializePrivateKey(pair.privateKey);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(signKey) }, await pinKey(pin, salt), secret);
  const key = {
    publicKey: toBase64(new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey))), signKey,
    salt: toBase64(salt), nonce: toBase64(iv), wrapped: toBase64(new Uint8Array(wrapped)),
  };
  return { key, opener: new Opener(pair.privateKey) };
}

/** Opens the phone's key; null when the PIN is not right. */
export async function unlock(key: PhoneKey, pin: string): Promise<Opener | null> {
  try {
    const secret = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(key.nonce), additionalData: encoder.encode(key.signKey) }, await pinKey(pin, fromBase64(key.salt)), fromBase64(key.wrapped));
    return new Opener(await suite.kem.deserializePrivateKey(secret));
  } catch {
    return null;
  }
}

/** What the PIN opened, while the page is there. */
export class Opener {
  constructor(readonly privateKey: CryptoKey) {}

  async open(info: string, box: Uint8Array<ArrayBuffer>): Promise<string> {
    const recipient = await suite.createRecipientContext({
      recipientKey: this.privateKey, enc: box.slice(0, encLength).buffer, info: encoder.encode(info).buffer as ArrayBuffer,
    });
    return new TextDecoder().decode(await recipient.open(box.slice(encLength).buffer));
  }
}
