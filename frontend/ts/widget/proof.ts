// Proof of work: what the server asks of a browser in place of a captcha. Searched in slices of a few milliseconds, so that
// typing is not held up; no Worker, which a strict policy of the page forbids, nor SubtleCrypto, which plain HTTP lacks.

const K = new Uint32Array(64);
const H0 = new Uint32Array(8);
const SLICE = 6;

(function constants(): void {
  const isPrime = (n: number): boolean => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return true;
  };
  const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  for (let n = 2, count = 0; count < 64; n++) {
    if (!isPrime(n)) continue;
    if (count < 8) H0[count] = fraction(Math.sqrt(n));
    K[count++] = fraction(Math.cbrt(n));
  }
})();

/** SHA-256 of bytes, as eight words. */
export function sha256(bytes: Uint8Array): Uint32Array {
  const length = bytes.length;
  const padded = new DataView(new ArrayBuffer(((length + 72) >> 6) << 6));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(length, 0x80);
  padded.setUint32(padded.byteLength - 4, length * 8);
  padded.setUint32(padded.byteLength - 8, Math.floor(length / 2 ** 29));
  const state = H0.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < padded.byteLength; at += 64) block(padded, at, w, state);
  return state;
}

/** FIPS 180-4, section 6.2.2, in its own letters. */
function block(data: DataView, at: number, w: Uint32Array, state: Uint32Array): void {
  const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
  for (let i = 0; i < 16; i++) w[i] = data.getUint32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!, y = w[i - 2]!;
    w[i] = w[i - 16]! + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7]! + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => (state[index] = state[index]! + value));
}

export function leadingZeros(words: Uint32Array): number {
  let bits = 0;
  for (const word of words) {
    bits += Math.clz32(word);
    if (word) break;
  }
  return bits;
}

/** The first counter whose hash behind `beginning` has this many leading zero bits. */
export async function solve(beginning: string, bits: number): Promise<number> {
  const encoder = new TextEncoder();
  for (let counter = 0; ; ) {
    const until = performance.now() + SLICE;
    do {
      if (leadingZeros(sha256(encoder.encode(beginning + counter))) >= bits) return counter;
      counter++;
    } while (performance.now() < until);
    await breath();
  }
}

/** Let the page work on; a message port is not slowed down as timers are. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), resolve());
    port2.postMessage(0);
  });
}
