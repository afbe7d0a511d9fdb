// Signs a PDF again and again with @signpdf/signpdf and says what one signature costs: processor and wall, in milliseconds.
// Arguments: the PDF with a placeholder, the PKCS #12 file, its password, how often.
const { readFileSync } = require("node:fs");
const { SignPdf } = require("@signpdf/signpdf");
const { P12Signer } = require("@signpdf/signer-p12");

const [, , pdf, p12, passphrase, count] = process.argv;

async function main() {
  const document = readFileSync(pdf);
  const file = readFileSync(p12);
  const costs = [];
  for (let turn = 0; turn < Number(count) + 3; turn++) {
    const before = process.cpuUsage();
    const started = performance.now();
    // A signer serves once: it reads its file to the end, and opens it with the password for each signature.
    await new SignPdf().sign(document, new P12Signer(file, { passphrase }));
    const used = process.cpuUsage(before);
    if (turn >= 3) costs.push({ cpu_ms: (used.user + used.system) / 1000, wall_ms: performance.now() - started });
  }
  process.stdout.write(JSON.stringify(costs));
}

main();
