// Figures are exact decimals in text. They are formatted and compared as text; none becomes a binary number.

const DECIMAL = /^(-?)(\d+)(\.\d+)?$/;

/** `-1250000.5` as `−1,250,000.5`; what is no decimal (a grade) stays as it is. */
export function grouped(value) {
  const match = DECIMAL.exec(value);
  if (match === null) return value;
  return (match[1] && "−") + match[2].replace(/\B(?=(\d{3})+$)/g, ",") + (match[3] ?? "");
}

/** Cut for the eye, never rounded: two digits after the point, four below 1,000, and an ellipsis where it goes on. */
export function shortened(value) {
  const match = DECIMAL.exec(value);
  if (match === null || match[3] === undefined) return grouped(value);
  const end = 1 + (match[2].length > 3 ? 2 : 4);
  if (match[3].length <= end + 1) return grouped(value);
  return `${grouped(match[1] + match[2] + match[3].slice(0, end))}…`;
}

/** How many thousandths of `most` a figure is, from 0 to 1000: for the length of a bar, which nobody reads off. */
export function thousandths(value, most) {
  const [part, whole] = [scaled(value), scaled(most)];
  if (part === null || whole === null || part <= 0n || whole <= 0n) return 0;
  return part >= whole ? 1000 : Number((part * 1000n) / whole);
}

function scaled(value) {
  const match = DECIMAL.exec(value ?? "");
  if (match === null) return null;
  const fraction = (match[3] ?? ".").slice(1).padEnd(10, "0").slice(0, 10);
  return BigInt(match[1] + match[2] + fraction);
}
