// A picture made small and blurred with a brush. It is drawn anew from its pixels: of the
// file nothing else is left, no place, no time, no preview of what was covered.
import { toBase64 } from "../offline/seal";

const longestSide = 1600;
const quality = 0.82;
const mostLetters = 900_000; // of base64, so that one photo is one sync
/** A blurred patch has this many pixels of its own side for one. */
const coarse = 40;

type Canvas = HTMLCanvasElement | OffscreenCanvas;

/** The size of a picture of at most 1600 pixels a side. */
export function fit(width: number, height: number): [number, number] {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

export class Picture {
  readonly #original: ImageBitmap;
  #blurred: OffscreenCanvas;

  private constructor(
    readonly canvas: HTMLCanvasElement,
    original: ImageBitmap,
  ) {
    this.#original = original;
    [canvas.width, canvas.height] = fit(original.width, original.height);
    this.reset();
    this.#blurred = blurredCopy(canvas);
  }

  /** Draws a file the right way up; throws when it is no picture. */
  static async open(file: Blob, canvas: HTMLCanvasElement): Promise<Picture> {
    return new Picture(canvas, await createImageBitmap(file, { imageOrientation: "from-image" }));
  }

  /** Takes all strokes back. */
  reset() {
    context(this.canvas).drawImage(this.#original, 0, 0, this.canvas.width, this.canvas.height);
  }

  /** Blurs around a stroke, in pixels of the picture. */
  stroke(from: [number, number], to: [number, number], radius: number) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / (radius / 2)));
    const brush = context(this.canvas);
    brush.save();
    brush.beginPath();
    for (let step = 0; step <= steps; step++) {
      const [x, y] = [from[0] + ((to[0] - from[0]) * step) / steps, from[1] + ((to[1] - from[1]) * step) / steps];
      brush.moveTo(x + radius, y);
      brush.arc(x, y, radius, 0, 2 * Math.PI);
    }
    brush.clip();
    brush.drawImage(this.#blurred, 0, 0);
    brush.restore();
  }

  /** The picture as JPEG, in base64. */
  async save(): Promise<string> {
    for (let q = quality; ; q -= 0.15) {
      const blob = await new Promise<Blob | null>((resolve) => this.canvas.toBlob(resolve, "image/jpeg", q));
      if (!blob) throw new Error("the picture was not encoded");
      const text = toBase64(new Uint8Array(await blob.arrayBuffer()));
      if (text.length <= mostLetters || q < 0.3) return text;
    }
  }

  close() {
    this.#original.close();
  }
}

/** The picture with few pixels, drawn large again: nothing of what was there can be computed back. */
function blurredCopy(canvas: HTMLCanvasElement): OffscreenCanvas {
  const small = new OffscreenCanvas(Math.max(1, Math.round(canvas.width / coarse)), Math.max(1, Math.round(canvas.height / coarse)));
  const [few, large] = [context(small), new OffscreenCanvas(canvas.width, canvas.height)];
  few.imageSmoothingQuality = "high"; // the mean of all pixels, and not one of them
  few.drawImage(canvas, 0, 0, small.width, small.height);
  const back = context(large);
  back.imageSmoothingEnabled = true;
  back.drawImage(small, 0, 0, canvas.width, canvas.height);
  return large;
}

function context(canvas: Canvas): CanvasRenderingContext2D {
  return canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
}
