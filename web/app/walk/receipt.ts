// The code of 80 bits that a resident keeps to withdraw with. It is made here, so that
// it can be given at a door without a connection.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32

export function newReceipt(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(10));
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let code = "";
  for (let i = 0; i < 16; i++, bits >>= 5n) code = letters[Number(bits & 31n)]! + code;
  return code.match(/.{4}/g)!.join("-");
}
