// What the audience takes part with, in the real apps: a producer, a moderator and two attendees, in a show that is on.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe } from "node:test";
import { fileURLToPath } from "node:url";
import { App } from "./lib/app.mjs";
import { seriousFaults } from "./lib/axe.mjs";
import { look, movingPicture } from "./lib/pictures.mjs";
import { scratch, setting, start } from "./lib/process.mjs";
import { Server } from "./lib/server.mjs";
import { steps } from "./lib/steps.mjs";

const clip = `clip:${fileURLToPath(new URL("../fixtures/media/big-buck-bunny-720p.webm", import.meta.url))}`;
const STAGE = '[data-testid="stage"]';

describe("the audience takes part", { timeout: 600_000 }, () => {
  const server = new Server();
  /** Alex's computer: what is kept there outlives the app. */
  const own = { profile: scratch("profile"), data: scratch("data") };
  let [pat, mo, alex, robin] = [];
  let speaker;

  before(async () => {
    mkdirSync(setting("HOUSELIGHTS_E2E_OUT"), { recursive: true });
    await server.start();
    const invites = await server.createEventWith("Opening night", { speaker: ["Ines Okafor"], moderator: ["Mo"] });
    const audience = invites.attendee[0].link;
    // Without a microphone: what is heard is the guest.
    const sends = ["--headless", "--camera", clip];
    speaker = start(setting("HOUSELIGHTS_E2E_APP"), [...sends, "--invite", invites.speaker[0].link]);
    pat = await App.open({ args: ["--invite", invites.producer[0].link] });
    mo = await App.open({ args: ["--invite", invites.moderator[0].link] });
    alex = await App.open({ args: ["--invite", audience, "--name", "Alex"], ...own });
    const test = ["--camera", "test", "--microphone", "test"];
    robin = await App.open({ args: ["--invite", audience, "--name", "Robin", ...test] });
    await pat.click("bring-on");
    await pat.click("go-live");
    for (const app of [mo, alex, robin]) {
      await app.until("the show is live", () =>
        app.run(() => document.querySelector('[data-testid="phase"]')?.dataset.phase === "live"),
      );
    }
    await movingPicture(alex, 1, STAGE);
  });

  after(async () => {
    await Promise.allSettled([pat, mo, alex, robin].map((app) => app?.close()));
    await speaker?.stop();
    await server.stop();
  });

  /** Photographs a window, which has no serious fault. */
  async function looks(app, name) {
    await app.screenshot(`takes-part-${name}`);
    assert.deepEqual(await seriousFaults(app), [], name);
  }

  describe("in the chat", () => {
    const step = steps();

    step("one is named by completion, and sees that one is meant", async () => {
      await robin.say("Good evening from the stalls");
      await alex.shows("chat-text", "from the stalls");
      await alex.type("chat-input", "Welcome @ro");
      await alex.shows("chat-completions", "Robin");
      await alex.screenshot("takes-part-completion");
      await alex.browser.keys("Enter");
      await alex.type("chat-input", "good that you made it");
      await alex.browser.keys("Enter");
      await robin.shows("chat-mention", "@Robin");
      assert.equal(await robin.run(() => document.querySelectorAll(".message.meant .mention.me").length), 1);
    });

    step("an answer stands below what it answers, and what is changed changes for everybody", async () => {
      await robin.onMessage("you made it", "reply");
      await robin.shows("chat-draft-bar", "Alex:");
      await robin.screenshot("takes-part-reply");
      await robin.type("chat-input", "Only just, the tram was late");
      await robin.browser.keys("Enter");
      await alex.shows("chat-quote", "good that you made it");
      await alex.click("chat-input");
      await alex.browser.keys("ArrowUp");
      await alex.shows("chat-draft-bar");
      await alex.browser.keys("End");
      await alex.type("chat-input", " tonight");
      await alex.browser.keys("Enter");
      for (const app of [robin, mo]) await app.shows("chat-message", "made it tonight");
      await robin.shows("chat-message", "edited");
      await mo.shows("chat-earlier", "Changed once");
    });

    step("one answers by keyboard alone: from the list to a message, and on to what can be done with it", async () => {
      // The pointer is at the field: no message has its buttons for it.
      await alex.click("chat-input");
      await alex.run(() => document.querySelector("[role=feed]").focus());
      await alex.browser.keys("ArrowUp");
      await alex.until("the last message has the focus", () =>
        alex.run(() => document.activeElement.textContent.includes("the tram was late")),
      );
      for (const at of ["chat-reply", "chat-quote", "person-name"]) {
        await alex.browser.keys("Tab");
        assert.equal(await alex.run(() => document.activeElement.dataset.testid), at);
      }
      for (let back = 0; back < 2; back++) await alex.browser.keys(["Shift", "Tab"]);
      await alex.browser.keys("Enter");
      await alex.shows("chat-draft-bar", "Robin:");
      await alex.browser.keys("Escape");
      await alex.hides("chat-draft-bar");
    });

    step("one removes what one said, after a question", async () => {
      await robin.onMessage("the tram was late", "remove");
      await robin.shows("chat-remove-yes");
      await robin.screenshot("takes-part-remove");
      await robin.click("chat-remove-yes");
      await alex.shows("chat-gone", "This message was removed");
      await mo.shows("chat-trace", "Removed by Robin");
    });

    step("a moderator hides a message and takes that back", async () => {
      await robin.say("Watches at half price, write to me");
      await mo.onMessage("Watches at half price", "hide");
      await alex.until("it is gone", async () => !(await alex.messages()).some((text) => /Watches/.test(text)));
      await mo.shows("chat-undo-bar", "Robin");
      await looks(mo, "hidden");
      await mo.click("chat-undo");
      await alex.shows("chat-text", "Watches at half price");
    });

    step("a message is pinned, and an announcement seen by everybody", async () => {
      await mo.onMessage("made it tonight", "pin");
      await mo.click("announce-open");
      await mo.type("announce-words", "The second part begins at half past nine.");
      await looks(mo, "announce");
      await mo.click("announce-send");
      for (const app of [alex, robin, pat]) await app.shows("announcement", "half past nine");
      await alex.shows("chat-pinned", "made it tonight");
      await looks(alex, "announcement");
      await mo.click("announcement-end");
      await alex.hides("announcement");
    });

    step("a note of the crew names one of them, who is led to it", async () => {
      await pat.click("tab-notes");
      await pat.run(() => document.querySelector('.chat.notes [data-testid="chat-input"]').focus());
      await pat.browser.keys("One more minute, @mo");
      await pat.shows("chat-completions", "Mo");
      await pat.browser.keys("Enter");
      await pat.browser.keys("Enter");
      await mo.shows("unread-inbox", "1");
      await mo.click("tab-inbox");
      await mo.shows("inbox-mention", "in the notes");
      await looks(mo, "mention");
      await mo.click("inbox-mention");
      await mo.shows("chat-text", "One more minute");
      await mo.hides("unread-inbox");
      // All of it is in sight.
      assert.equal(await mo.isShown("chat-to-end"), false);
      await looks(mo, "notes");
      await mo.click("tab-chat");
      await pat.click("tab-chat");
      assert.equal((await alex.messages()).filter((text) => /One more minute/.test(text)).length, 0);
    });
  });

  describe("questions", () => {
    const step = steps();
    const queue = "Why did the old queue lose jobs?";
    const outage = "What did the outage cost?";

    step("are asked with one's name and without it, and wait for a moderator", async () => {
      await robin.click("tab-qa");
      await robin.type("qa-input", queue);
      await robin.browser.keys("Enter");
      await robin.shows("qa-own", "Waits for a moderator");
      await alex.click("tab-qa");
      await alex.choose("qa-anonymous");
      await alex.type("qa-input", outage);
      await alex.screenshot("takes-part-ask");
      await alex.click("qa-ask");
      await alex.shows("qa-own", "anonymous");
      await mo.shows("unread-qa", "2");
    });

    step("are let through with a click or a key, and wanted by others", async () => {
      await mo.click("tab-qa");
      await mo.choose("qa-queue-waiting");
      await mo.shows("qa-question", "Asked anonymously");
      await looks(mo, "queue");
      await mo.clickIn("qa-question", queue, "qa-open");
      await alex.shows("qa-question", queue);
      await mo.run(() => document.querySelector('[data-testid="qa-question"]').focus());
      await mo.browser.keys("a");
      await robin.shows("qa-question", "Asked anonymously");
      await robin.clickIn("qa-question", outage, "qa-vote");
      for (const app of [alex, robin]) await app.shows("qa-votes", "1");
      await looks(robin, "questions");
    });

    step("are answered in writing", async () => {
      await mo.choose("qa-queue-open");
      await mo.clickIn("qa-question", outage, "qa-write");
      await mo.type("qa-answer-input", "A night of sleep, and no data.");
      await mo.screenshot("takes-part-answer");
      await mo.browser.keys("Enter");
      await alex.choose("qa-queue-answered");
      await alex.shows("qa-answer", "A night of sleep");
      await alex.screenshot("takes-part-answered");
      await alex.choose("qa-queue-open");
    });

    step("lie over the stage, for everybody", async () => {
      await mo.clickIn("qa-question", queue, "qa-stage");
      await alex.shows("overlay-question", queue);
      await mo.shows("overlay-question", queue);
      await looks(alex, "question-on-stage");
      await mo.screenshot("takes-part-question-on-stage-control");
      await mo.clickIn("qa-question", queue, "qa-stage");
      await alex.hides("overlay-question");
    });

    step("that ask the same are merged, and parted again", async () => {
      await robin.type("qa-input", "Did the old queue lose jobs, and why?");
      await robin.shows("qa-alike", queue);
      await robin.screenshot("takes-part-alike");
      await robin.browser.keys("Enter");
      await robin.shows("qa-own", "and why?");
      await mo.choose("qa-queue-waiting");
      await mo.clickIn("qa-question", "and why?", "qa-merge");
      await mo.shows("qa-merge-into", queue);
      await looks(mo, "merge");
      await mo.click("qa-merge-into");
      await robin.shows("qa-own", "Goes on in a question like it");
      await mo.click("qa-undo");
      await robin.shows("qa-own", "Waits for a moderator");
    });
  });

  describe("polls", () => {
    const step = steps();
    const rewrite = "Would you rewrite it again?";
    const year = "When was Rust 1.0?";

    /** Writes a poll in the form. */
    async function drafts(kind, question, options) {
      await pat.click("poll-new");
      await pat.type("compose-question", question);
      if (kind !== "single") await pat.find("compose-kind").selectByAttribute("value", kind);
      for (const [at, option] of options.entries()) {
        await pat.findAll("compose-option")[at].addValue(option);
        await pat.browser.keys("Enter"); // a further one
      }
    }
    const votes = async (app, option) => {
      await app.chooseWords(option);
      await app.click("poll-vote");
    };

    step("are written, opened and voted in", async () => {
      await pat.click("tab-polls");
      await drafts("single", rewrite, ["Yes, in small steps", "Only if forced", "Never again"]);
      await looks(pat, "poll-form");
      await pat.click("compose-save");
      await pat.click("poll-open");
      await alex.shows("unread-polls", "1");
      for (const app of [alex, robin]) await app.click("tab-polls");
      await alex.shows("poll-ballot");
      await looks(alex, "ballot");
      await votes(alex, "small steps");
      await votes(robin, "Never again");
      for (const app of [alex, robin]) await app.shows("poll-results", "you");
      await alex.shows("poll-voters", "2");
    });

    step("lie over the stage with their results, and are closed", async () => {
      await pat.click("poll-stage");
      await robin.shows("overlay-poll", "50");
      await looks(robin, "poll-on-stage");
      await pat.screenshot("takes-part-poll-control");
      await pat.click("poll-close");
      await robin.shows("poll", "Closed");
      await pat.click("poll-stage");
      await robin.hides("overlay-poll");
    });

    step("with points say who was right, and who leads", async () => {
      await drafts("quiz", year, ["2015", "2010"]);
      await pat.screenshot("takes-part-quiz-form");
      await pat.click("compose-save");
      await pat.click("poll-open");
      await votes(alex, "2015");
      await votes(robin, "2010");
      for (const app of [alex, robin]) await app.shows("poll-results", "2010");
      await pat.clickIn("poll", year, "poll-close");
      await alex.shows("quiz-own", "Right!");
      await alex.shows("leaders", "Alex");
      await robin.shows("quiz-own", "Not this time.");
      await looks(robin, "quiz");
      await pat.clickIn("poll", year, "poll-stage");
      await robin.shows("overlay-poll", "Alex");
      await robin.screenshot("takes-part-quiz-on-stage");
      await pat.clickIn("poll", year, "poll-stage");
    });
  });

  describe("on the stage", () => {
    const step = steps();
    let guest;

    step("reactions of all rise over it", async () => {
      await alex.click("react-heart");
      await robin.letGo();
      await robin.browser.keys("1");
      await robin.shows("reaction-flow", "❤️");
      await alex.shows("reaction-flow", "👏");
    });

    step("a hand is raised by key, with a note, after a look at oneself", async () => {
      await robin.letGo();
      await robin.browser.keys("h");
      await movingPicture(robin, 1, '[data-testid="hand-mirror"]');
      await robin.type("hand-note", "I was there that night");
      await looks(robin, "hand");
      await robin.click("hand-raise");
      await robin.shows("hand-place", "You are next");
      await mo.shows("unread-hands", "1");
      await mo.click("tab-hands");
      await mo.shows("hand-row", "I was there that night");
    });

    step("a hand that is dismissed is there again when that is taken back", async () => {
      await mo.clickIn("hand-row", "Robin", "hand-dismiss");
      await robin.shows("hand");
      await mo.shows("moderation-undo-bar", "Robin");
      await looks(mo, "hand-dismissed");
      await mo.click("moderation-undo");
      await robin.shows("hand-place", "You are next");
      await mo.shows("hand-row", "I was there that night");
    });

    step("a hand that is taken is seen and heard by the others", async (test) => {
      assert.ok((await alex.invoke("media_stats")).played_peak < 0.02, "nobody has a microphone yet");
      await mo.letGo();
      const pressed = performance.now();
      await mo.browser.keys("h");
      await alex.until("Robin is heard", async () => (await alex.invoke("media_stats")).played_peak > 0.02);
      test.diagnostic(`heard ${Math.round(performance.now() - pressed)} ms after the key`);
      await mo.shows("guest", "Robin");
      guest = await mo.find("guest").getAttribute("data-participant");
      await robin.until(
        "Robin is told so",
        async () => (await robin.find("tally").getAttribute("data-tally")) === "live",
      );
      await movingPicture(alex, 3, STAGE, guest);
      await alex.screenshot("takes-part-guest");
      await looks(robin, "guest-own");
      await mo.screenshot("takes-part-guest-control");
    });

    step("a guest goes back to the audience", async () => {
      await robin.click("leave-stage");
      await robin.shows("hand");
      await alex.until("the picture is gone", async () =>
        (await look(alex, STAGE)).every(({ participant }) => participant !== guest),
      );
    });
  });

  describe("messages to one person", () => {
    const step = steps();

    step("go both ways, and are counted while nobody looks", async () => {
      await alex.click("tab-inbox");
      await alex.click("inbox-new");
      await alex.type("inbox-find", "rob");
      await looks(alex, "new-message");
      await alex.click("inbox-person");
      await alex.type("direct-input", "Shall we meet at the bar?");
      await alex.browser.keys("Enter");
      await robin.shows("unread-inbox", "1");
      await robin.click("tab-inbox");
      await robin.shows("inbox-unread", "1");
      await looks(robin, "messages");
      await robin.click("inbox-talk");
      await robin.shows("direct", "Shall we meet at the bar?");
      await robin.type("direct-input", "In the interval");
      await robin.browser.keys("Enter");
      await alex.shows("direct", "In the interval");
      await looks(alex, "conversation");
    });

    step("are refused to whoever is blocked, who is told nothing more", async () => {
      await robin.click("inbox-block");
      await robin.shows("inbox-is-blocked", "You blocked Alex");
      await alex.type("direct-input", "Which one?");
      await alex.browser.keys("Enter");
      await alex.shows("direct-refused", "You cannot write to this person");
      await robin.hides("direct", "Which one?");
      await alex.screenshot("takes-part-refused");
      await robin.screenshot("takes-part-blocked");
    });
  });

  describe("in a power cut", () => {
    const step = steps();
    const late = ["Written in the dark", "And by another"];

    step("what is written meanwhile arrives once, though the app dies too", async () => {
      for (const app of [mo, alex, robin]) await app.click("tab-chat");
      await server.kill();
      for (const app of [alex, robin]) await app.until("it is noticed", async () => !(await app.isConnected()));
      await alex.say(late[0]);
      await alex.shows("chat-pending", "connection");
      await robin.say(late[1]);
      await alex.screenshot("takes-part-offline");
      await alex.kill();
      await server.start();
      alex = await App.open(own);
      for (const app of [mo, alex, robin]) {
        for (const text of late) await app.shows("chat-text", text);
        await app.hides("chat-pending");
        assert.deepEqual((await app.messages()).filter((text) => late.includes(text)).sort(), late.toSorted());
      }
      await movingPicture(alex, 1, STAGE);
    });
  });

  describe("a moderator", () => {
    const step = steps();
    const selling = "Tickets at half price, write to me";
    const actsOn = async (words, act) => {
      await mo.clickIn("report", words, "report-act");
      await mo.click(`person-${act}`);
    };

    step("sees what was reported, and mutes: that is said in the place of the field, and taken back", async () => {
      for (const app of [alex, robin]) await app.click("tab-chat");
      await robin.say(selling);
      await alex.onMessage(selling, "report");
      await alex.type("report-why", "Spam");
      await looks(alex, "report");
      await alex.click("report-send");
      await mo.shows("unread-order", "1");
      await mo.click("tab-order");
      await mo.shows("report", "Spam");
      await mo.clickIn("report", selling, "report-act");
      await mo.shows("person-menu", "Robin");
      await looks(mo, "reported");
      await mo.click("person-mute");
      await robin.shows("chat-barred", "A moderator muted you");
      await mo.shows("moderation-undo-bar", "Robin is muted");
      await mo.click("moderation-undo");
      await robin.shows("chat-input");
    });

    step("stops everything with a key, and opens it again", async () => {
      await mo.letGo();
      await mo.browser.keys("x");
      await alex.shows("chat-barred", "The chat is closed");
      await mo.shows("stopped", "Everything is stopped");
      await looks(alex, "stopped");
      await looks(mo, "stopped-control");
      await mo.letGo();
      await mo.browser.keys("x");
      await alex.shows("chat-input");
      await mo.hides("stopped");
    });

    step("bans somebody, whose app says so", async () => {
      await actsOn(selling, "ban");
      await robin.shows("ended", "You cannot take part in this event any more");
      // Nothing of the room is left there: not the last picture, and not the badge above it.
      await robin.hides("stage");
      await robin.hides("phase");
      await looks(robin, "banned");
      await mo.click("tab-order-audit");
      await mo.shows("audit", "banned Robin from the event");
      await looks(mo, "log");
    });
  });

  describe("what is over", () => {
    const step = steps();

    step("is watched again from its beginning to its end, with what was said", async () => {
      await pat.click("tab-chat");
      await pat.say("Thank you all, and good night");
      await alex.shows("chat-text", "good night");
      await pat.click("end-show");
      await pat.click("end-show-confirm");
      await alex.click("slate-watch");
      await alex.shows("replay-stage", "Ines Okafor");
      await alex.hides("chat-text", "good night");
      await alex.click("tab-then-moments");
      await alex.shows("replay-mark", "The show ended");
      await looks(alex, "replay");
      await alex.click("replay-position");
      await alex.browser.keys("End");
      await alex.hides("replay-stage", "Ines Okafor");
      await alex.click("tab-then-chat");
      await alex.shows("chat-text", "good night");
      await alex.screenshot("takes-part-replay-end");
      await alex.click("replay-leave");
      await alex.shows("slate");
    });
  });
});
