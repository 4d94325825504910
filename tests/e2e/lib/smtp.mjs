// A mail server that takes whatever it is handed (RFC 5321, as little of it as that needs), and shows what was in it.

import { once } from "node:events";
import { createServer } from "node:net";

export class Smtp {
  #server = createServer((socket) => this.#serve(socket));
  #mails = [];
  #waiting = new Set();

  async start() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    // A mail server that nobody closes must not keep a test alive.
    this.#server.unref();
  }

  get url() {
    return `smtp://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
  }

  /** The first mail to this address whose text fits; waits until it is there. */
  async mail(to, fits = () => true, patience = 60_000) {
    const found = () => this.#mails.find((mail) => mail.to.includes(to) && fits(mail.text));
    const timer = AbortSignal.timeout(patience);
    while (!found()) {
      await new Promise((done, fail) => {
        this.#waiting.add(done);
        timer.onabort = () => fail(new Error(`no such mail to ${to}; there were: ${JSON.stringify(this.#mails)}`));
      });
    }
    return found();
  }

  #serve(socket) {
    let [to, data, rest] = [[], undefined, ""];
    const say = (line) => socket.write(`${line}\r\n`);
    const take = (line) => {
      if (data !== undefined) {
        if (line !== ".") data.push(line.replace(/^\./, ""));
        else {
          this.#keep({ to, text: plainText(data.join("\r\n")) });
          [to, data] = [[], undefined];
          say("250 taken");
        }
      } else if (/^DATA/i.test(line)) {
        data = [];
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 good-bye");
        socket.end();
      } else {
        const recipient = line.match(/^RCPT TO:<([^>]*)>/i);
        if (recipient) to.push(recipient[1]);
        say("250 yes");
      }
    };
    socket.setEncoding("utf8");
    socket.on("error", () => undefined); // who hangs up in the middle is no fault of ours
    socket.on("data", (text) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop();
      lines.forEach(take);
    });
    say("220 test server of Houselights");
  }

  #keep(mail) {
    this.#mails.push(mail);
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }
}

/** The first part that is plain text, decoded (RFC 2045). */
function plainText(raw) {
  const [, head, after] = raw.match(/(content-type: text\/plain[\s\S]*?)\r\n\r\n([\s\S]*)/i) ?? ["", "", ""];
  // The headers of a part stand together; the encoding may stand before the type.
  const before = raw.slice(0, raw.indexOf(head)).split("\r\n\r\n").at(-1);
  const encoding = `${before}${head}`.match(/content-transfer-encoding: (\S+)/i)?.[1].toLowerCase();
  const [body] = after.split(/\r\n--/);
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding !== "quoted-printable") return body;
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

/** The first link in a mail. */
export const linkIn = ({ text }) => text.match(/https?:\/\/\S+/)[0];
