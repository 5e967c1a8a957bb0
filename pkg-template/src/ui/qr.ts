// QR codes (ISO/IEC 18004) of a link: byte mode, error correction level M, versions 1 to 25.

/** Error correction codewords of each block, and the number of blocks, by version. */
const ECC = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21];

/** Longest text, bytes of UTF-8: the capacity of version 25. */
export const QR_LIMIT = 997;

/** The modules of a code, rows of 0 (light) and 1 (dark), without the quiet zone of 4. */
export function qrCode(text: string): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const version = ECC.findIndex((_, i) => bytes.length <= capacity(i + 1)) + 1;
  if (version === 0) throw new RangeError(`a code has at most ${QR_LIMIT} bytes`);
  const code = new Code(version);
  code.place(interleave(codewords(bytes, version), version));
  let best: Uint8Array[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 8; mask += 1) {
    const masked = code.masked(mask);
    const points = penalty(masked);
    if (points < least) [best, least] = [masked, points];
  }
  return best;
}

const ecc = (version: number) => ECC[version - 1] ?? 0;
const blocks = (version: number) => BLOCKS[version - 1] ?? 1;
/** Bits of the field that counts the bytes. */
const countBits = (version: number) => (version < 10 ? 8 : 16);
const dataCodewords = (version: number) => (rawBits(version) >> 3) - ecc(version) * blocks(version);
const capacity = (version: number) => (dataCodewords(version) * 8 - 4 - countBits(version)) >> 3;

/** Modules that carry data and error correction. */
function rawBits(version: number): number {
  let bits = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const aligned = Math.floor(version / 7) + 2;
    bits -= (25 * aligned - 10) * aligned - 55;
    if (version >= 7) bits -= 36;
  }
  return bits;
}

function codewords(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = [];
  const put = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, countBits(version));
  for (const byte of bytes) put(byte, 8);
  const size = dataCodewords(version) * 8;
  put(0, Math.min(4, size - bits.length));
  put(0, -bits.length & 7);
  for (let pad = 0xec; bits.length < size; pad ^= 0xec ^ 0x11) put(pad, 8);
  return Array.from({ length: size / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  );
}

/** Splits the data into blocks, adds their error correction, and interleaves both. */
function interleave(data: number[], version: number): number[] {
  const count = blocks(version);
  const length = ecc(version);
  const short = Math.floor(rawBits(version) / 8 / count) - length;
  const firstLong = count - (Math.floor(rawBits(version) / 8) % count);
  const divisor = generator(length);
  const parts: number[][] = [];
  const checks: number[][] = [];
  for (let i = 0, at = 0; i < count; i += 1) {
    const part = data.slice(at, at + short + (i < firstLong ? 0 : 1));
    at += part.length;
    parts.push(part);
    checks.push(remainder(part, divisor));
  }
  const columns = (rows: number[][], width: number) =>
    Array.from({ length: width }, (_, i) => rows.flatMap((row) => row.slice(i, i + 1))).flat();
  return [...columns(parts, short + 1), ...columns(checks, length)];
}

/** The product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i -= 1) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> i) & 1) * a);
  return product;
}

/** The Reed–Solomon generator of that degree, without its leading 1. */
function generator(degree: number): number[] {
  let polynomial = [1];
  for (let i = 0, root = 1; i < degree; i += 1, root = times(root, 2)) {
    const scaled = polynomial.map((factor) => times(factor, root));
    polynomial = [...polynomial, 0].map((factor, j) => factor ^ (scaled[j - 1] ?? 0));
  }
  return polynomial.slice(1);
}

function remainder(data: number[], divisor: number[]): number[] {
  let rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0);
    rest = divisor.map((coefficient, i) => times(coefficient, factor) ^ (rest[i + 1] ?? 0));
  }
  return rest;
}

const MASKS: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

class Code {
  readonly #size: number;
  readonly #modules: Uint8Array[];
  /** 1 where no data is. */
  readonly #fixed: Uint8Array[];

  constructor(version: number) {
    this.#size = 17 + 4 * version;
    this.#modules = this.#grid();
    this.#fixed = this.#grid();
    const last = this.#size - 1;
    for (let i = 0; i <= last; i += 1) {
      this.#fix(6, i, 1 - (i & 1));
      this.#fix(i, 6, 1 - (i & 1));
    }
    const at = alignment(version);
    const end = at[at.length - 1];
    for (const x of at) {
      for (const y of at) {
        if ((x === 6 && (y === 6 || y === end)) || (x === end && y === 6)) continue;
        this.#square(x, y, 2, (distance) => distance !== 1);
      }
    }
    const finder = (distance: number) => distance !== 2 && distance !== 4;
    for (const [x, y] of [
      [3, 3],
      [last - 3, 3],
      [3, last - 3],
    ] as const) {
      this.#square(x, y, 4, finder);
    }
    this.#format(0);
    if (version >= 7) {
      const bits = (version << 12) | checkBits(version, 12, 0x1f25);
      for (let i = 0; i < 18; i += 1) {
        const [a, b] = [this.#size - 11 + (i % 3), Math.floor(i / 3)];
        this.#fix(a, b, (bits >> i) & 1);
        this.#fix(b, a, (bits >> i) & 1);
      }
    }
  }

  /** Places the codewords in columns of two, upwards and downwards in turn. */
  place(data: number[]): void {
    let i = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upwards = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.#size; step += 1) {
        const y = upwards ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#fixed[y]?.[x]) continue;
          set(this.#modules, x, y, ((data[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
          i += 1;
        }
      }
    }
  }

  masked(mask: number): Uint8Array[] {
    this.#format(mask);
    return this.#modules.map((row, y) =>
      row.map((dark, x) => (this.#fixed[y]?.[x] || MASKS[mask]?.(x, y) ? dark : 1 - dark)),
    );
  }

  /** The format: level M and the mask, twice. */
  #format(mask: number): void {
    const bits = ((mask << 10) | checkBits(mask, 10, 0x537)) ^ 0x5412;
    const size = this.#size;
    for (let i = 0; i < 15; i += 1) {
      const bit = (bits >> i) & 1;
      if (i < 8) this.#fix(8, i < 6 ? i : i + 1, bit);
      else this.#fix(i === 8 ? 7 : 14 - i, 8, bit);
      if (i < 8) this.#fix(size - 1 - i, 8, bit);
      else this.#fix(8, size - 15 + i, bit);
    }
    this.#fix(8, size - 8, 1);
  }

  #square(x: number, y: number, radius: number, dark: (distance: number) => boolean): void {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        this.#fix(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))) ? 1 : 0);
      }
    }
  }

  #fix(x: number, y: number, value: number): void {
    if (x < 0 || y < 0 || x >= this.#size || y >= this.#size) return;
    set(this.#modules, x, y, value);
    set(this.#fixed, x, y, 1);
  }

  #grid(): Uint8Array[] {
    return Array.from({ length: this.#size }, () => new Uint8Array(this.#size));
  }
}

function set(grid: Uint8Array[], x: number, y: number, value: number): void {
  const row = grid[y];
  if (row) row[x] = value;
}

/** The remainder of a BCH code with that generator. */
function checkBits(value: number, length: number, polynomial: number): number {
  let rest = value;
  for (let i = 0; i < length; i += 1) rest = (rest << 1) ^ ((rest >> (length - 1)) * polynomial);
  return rest;
}

/** The centres of the alignment patterns, in both directions. */
function alignment(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const rest = Array.from({ length: count - 1 }, (_, i) => 10 + 4 * version - i * step);
  return [6, ...rest.reverse()];
}

/** How hard a code is to read: runs, squares, shapes like the finder patterns, and imbalance. */
function penalty(modules: Uint8Array[]): number {
  let points = 0;
  let dark = 0;
  const size = modules.length;
  for (let y = 0; y < size; y += 1) {
    for (const line of [modules[y] ?? [], modules.map((row) => row[y] ?? 0)]) {
      const text = Array.from(line).join("");
      for (const run of text.match(/0{5,}|1{5,}/g) ?? []) points += run.length - 2;
      points += 40 * (text.match(/(?=10111010000|00001011101)/g) ?? []).length;
    }
    for (let x = 0; x < size; x += 1) {
      const here = modules[y]?.[x] ?? 0;
      dark += here;
      const sum = here + (modules[y]?.[x + 1] ?? 9) + (modules[y + 1]?.[x] ?? 9) + (modules[y + 1]?.[x + 1] ?? 9);
      if (sum === 0 || sum === 4) points += 3;
    }
  }
  return points + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}
