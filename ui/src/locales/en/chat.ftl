### The chat.

chat-title = Chat
chat-log = Messages
chat-empty = Nobody has said anything yet. Say hello.
chat-placeholder = Message everyone
chat-send = Send
chat-you = you
chat-sending = Sending…
chat-waiting = Sent when the connection is back
# $why: a sentence
chat-not-sent = Not sent: { $why }
chat-again = Send again
chat-discard = Discard
chat-to-end = Newest
# $name: who wrote it
chat-remove = Remove the message of { $name }
chat-remove-question = Remove this message?
chat-remove-yes = Remove
chat-remove-no = Keep
# $left: characters, negative when too long
chat-left = { $left }
