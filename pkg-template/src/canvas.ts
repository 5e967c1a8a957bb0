// Detects browsers that answer canvas reads with noise, as a protection against tracking (Tor, Mullvad, LibreWolf,
// Brave): known pixels are drawn once and read back. Noise is never sent as an image.

const SIDE = 16;

let noisy: boolean | null = null;

/** Whether canvas reads return other pixels than were drawn. Measured once per thread. */
export function isCanvasNoisy(): boolean {
  noisy ??= measure();
  return noisy;
}

function measure(): boolean {
  try {
    const context = createContext();
    // Without a canvas there is no noise: what needs one fails by itself.
    if (context === null) return false;
    const wanted: number[] = [];
    for (let y = 0; y < SIDE; y += 1) {
      for (let x = 0; x < SIDE; x += 1) {
        const [r, g, b] = [(x * 16 + 7) % 256, (y * 16 + 3) % 256, ((x ^ y) * 13 + 40) % 256];
        context.fillStyle = `rgb(${r}, ${g}, ${b})`;
        context.fillRect(x, y, 1, 1);
        wanted.push(r, g, b, 255);
      }
    }
    const { data } = context.getImageData(0, 0, SIDE, SIDE);
    // Colour management may round by one.
    return data.length !== wanted.length || wanted.some((value, i) => Math.abs(value - (data[i] ?? -9)) > 1);
  } catch {
    return true;
  }
}

function createContext(): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null {
  if (typeof document === "undefined") {
    if (typeof OffscreenCanvas === "undefined") return null;
    return new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  return canvas.getContext("2d", { willReadFrequently: true });
}
