/** RFC 4180: lines end with CRLF, cells are quoted where they must be. */
export function csvText(lines: readonly (readonly string[])[]): string {
  return `${lines.map((line) => line.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet would compute what begins like a formula; a number is none. */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/u.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
