// What nodemailer's mailparser and postal-mime make of each mail below a folder: node parsers.mjs FOLDER OUT
import fs from "node:fs";
import path from "node:path";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";

const [folder, out] = process.argv.slice(2);
const readers = {
  nodemailer: (raw) => simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true }),
  postal: (raw) => PostalMime.parse(raw),
};
for (const [name, read] of Object.entries(readers)) {
  const lines = [];
  for (const file of fs.readdirSync(folder).sort()) {
    try {
      const mail = await read(fs.readFileSync(path.join(folder, file)));
      const names = mail.attachments.map((found) => found.filename || "");
      lines.push({ key: file, subject: mail.subject || "", names, text: mail.text || "", html: mail.html || "" });
    } catch {
      // A parser that gives up has no vote.
    }
  }
  fs.writeFileSync(path.join(out, `${name}.jsonl`), lines.map((line) => JSON.stringify(line) + "\n").join(""));
}
