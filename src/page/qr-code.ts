/** The QR code for the next device, as one path. */
import encodeQR from "qr";
import type { Enrollment } from "../otp/enrollment.ts";
import { formatOtpauthUri } from "../otp/otpauth-uri.ts";
import { CAPACITY, hasRoom, isMisread } from "../qr/capacity.ts";

/** Light modules on each side (ISO/IEC 18004, section 9.1). */
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

/** undefined if the enrollment fits into no QR code. */
export function qrCodeOf(enrollment: Enrollment, label: string): SVGElement | undefined {
  const forms = [formatOtpauthUri(enrollment, "short"), formatOtpauthUri(enrollment, "compact")];
  const text = forms.find(hasRoom);
  if (text === undefined) return undefined;
  const modules = modulesOf(text);
  const side = modules.length;
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  const dark = document.createElementNS(SVG, "path");
  dark.setAttribute("d", path.join(""));
  svg.append(dark);
  return svg;
}

/** With the quiet zone. */
function modulesOf(text: string): boolean[][] {
  const draw = (ecc: "low" | "medium") => encodeQR(text, "raw", { ecc, border: QUIET });
  const level = text.length > CAPACITY.M ? "low" : "medium";
  const modules = draw(level);
  // Some readers misread one version; with another level, the code gets another one.
  return isMisread(modules.length - 2 * QUIET) ? draw(level === "low" ? "medium" : "low") : modules;
}
