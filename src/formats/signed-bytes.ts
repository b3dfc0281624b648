/** Bytes as Java writes them into JSON: a list of numbers from -128 to 127. */

/** undefined for anything but a list of bytes; 128 to 255 pass as well. */
export function bytesOfSigned(value: unknown): Buffer | undefined {
  if (!Array.isArray(value)) return undefined;
  const isByte = (one: unknown) => Number.isInteger(one) && Number(one) >= -128 && Number(one) <= 255;
  return value.every(isByte) ? Buffer.from(value) : undefined;
}
