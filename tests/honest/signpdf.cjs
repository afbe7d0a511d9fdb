// Prints the CMS (hex) that @signpdf's signer makes over a file. Arguments: the file, the PKCS #12 file, its password.
const { readFileSync } = require("node:fs");
const { P12Signer } = require("@signpdf/signer-p12");

const [, , file, p12, passphrase] = process.argv;

new P12Signer(readFileSync(p12), { passphrase })
  .sign(readFileSync(file))
  .then((signature) => process.stdout.write(signature.toString("hex")));
