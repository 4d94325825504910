export type Emoji = { sign: string; name: string };

/** By what they are for, each with the name that one types between colons. */
const TABLE = {
  faces: `😀 grinning 😃 smiley 😄 smile 😁 grin 😆 laughing 😅 sweat_smile 🤣 rofl 😂 joy 🙂 slight_smile 🙃 upside_down 😉 wink 😊 blush 😇 angel_face
    🥰 adoring 😍 heart_eyes 🤩 star_struck 😘 kiss 😋 yum 😛 tongue 😜 crazy_wink 🤪 zany 🤗 hugs 🤭 giggle 🤫 shush 🤔 thinking 🫡 salute 🤐 zipper
    🤨 raised_eyebrow 😐 neutral 😶 no_mouth 😏 smirk 😒 unamused 🙄 eye_roll 😬 grimace 😌 relieved 😔 pensive 😴 sleeping 🤒 ill 🤧 sneeze 🥵 hot 🥶 cold
    🤯 mind_blown 🥳 partying 😎 cool 🤓 nerd 🧐 monocle 😕 confused 😟 worried 😮 open_mouth 😲 astonished 😳 flushed 🥺 pleading 😢 cry 😭 sob 😱 scream
    😤 huff 😠 angry 😡 rage 🤬 swearing 👻 ghost 🤖 robot 💩 poop 😺 cat_smile`,
  hands: `👍 thumbsup 👎 thumbsdown 👏 clap 🙌 raised_hands 👐 open_hands 🤝 handshake 🙏 pray 👋 wave ✋ hand 🖖 vulcan 👌 ok_hand 🤌 pinched ✌️ victory
    🤞 fingers_crossed 🤟 love_you 🤘 rock_on 🤙 call_me 👈 left 👉 right 👆 up 👇 down ☝️ point_up ✊ fist 👊 punch 💪 muscle 🫶 heart_hands ✍️ writing 🙋 raising_hand
    🙇 bow 🤷 shrug 🤦 facepalm 👀 eyes 🧠 brain 🗣️ speaking 👤 person 👥 people`,
  hearts: `❤️ heart 🧡 orange_heart 💛 yellow_heart 💚 green_heart 💙 blue_heart 💜 purple_heart 🖤 black_heart 🤍 white_heart 💔 broken_heart ❤️‍🔥 heart_on_fire 💯 100
    ✨ sparkles ⭐ star 🌟 glowing_star 💥 boom 🔥 fire 💫 dizzy 💤 zzz 💬 speech`,
  celebration: `🎉 tada 🎊 confetti 🎈 balloon 🎁 gift 🏆 trophy 🥇 gold_medal 🥈 silver_medal 🥉 bronze_medal 🎂 cake 🍾 champagne 🥂 cheers 🍻 beers ☕ coffee 🍵 tea 🍕 pizza
    🍰 shortcake 🍎 apple 🍌 banana 🌮 taco 🍿 popcorn`,
  nature: `☀️ sunny 🌈 rainbow ☁️ cloud ⛈️ storm ❄️ snow 🌊 ocean 🌍 earth 🌙 moon 🌸 blossom 🌹 rose 🌻 sunflower 🌲 tree 🍀 clover 🐶 dog 🐱 cat 🐭 mouse 🐻 bear 🐼 panda 🦊 fox
    🐧 penguin 🦀 crab 🐢 turtle 🐍 snake 🐘 elephant 🦄 unicorn 🐝 bee 🐛 bug 🦋 butterfly`,
  things: `🚀 rocket ✈️ plane 🚂 train 🚲 bike ⚓ anchor 🏠 house 🏢 office 💻 laptop 🖥️ desktop ⌨️ keyboard 📱 phone 🎥 camera 🎤 microphone 🎧 headphones 🎵 music 🎬 clapper 🎨 art 🎭 theatre
    📚 books 📝 memo 📎 paperclip 📌 pin 📅 calendar 📈 chart_up 📉 chart_down 🔑 key 🔒 lock 🔓 unlock 🔧 wrench 🔨 hammer ⚙️ gear 🧪 test_tube 🔬 microscope 💡 bulb 🔋 battery 🔌 plug
    💰 money ⏰ alarm ⏳ hourglass 🔔 bell 🔇 mute 🔊 loud 📣 megaphone`,
  signs: `✅ check ❌ x ❓ question ❗ exclamation ⚠️ warning 🚫 no_entry ♻️ recycle ➕ plus ➖ minus ➡️ arrow_right ⬅️ arrow_left ⬆️ arrow_up ⬇️ arrow_down 🔴 red_circle 🟢 green_circle
    🟡 yellow_circle 🔵 blue_circle 🏁 finish 🚩 flag 🏳️‍🌈 rainbow_flag 🆗 ok 🆕 new 🔝 top`,
};

export type EmojiGroup = keyof typeof TABLE;

/** All of them, by what they are for. */
export const emojiGroups = Object.entries(TABLE).map(([group, words]) => ({
  group: group as EmojiGroup,
  emoji: read(words),
}));

const all = emojiGroups.flatMap(({ emoji }) => emoji);
const byName = new Map(all.map((emoji) => [emoji.name, emoji.sign]));

function read(words: string): Emoji[] {
  const all = words.trim().split(/\s+/);
  return all.flatMap((sign, at) => (at % 2 === 0 ? [{ sign, name: all[at + 1] ?? "" }] : []));
}

/** Those whose name begins so, and then those in whose name it stands. */
export function emojiStarting(query: string, most: number): Emoji[] {
  const wanted = query.toLowerCase();
  const first = all.filter(({ name }) => name.startsWith(wanted));
  const other = all.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...first, ...other].slice(0, most);
}

/** With the emoji instead of their names between colons. What stands in code stays. */
export function withEmoji(text: string): string {
  return text.replace(/`[^`]*`|:([a-z0-9_+]+):/g, (whole, name) => byName.get(name) ?? whole);
}
