### The chat.

chat-title = Chat
chat-log = Messages
chat-empty = Nobody has said anything yet. Say hello.
chat-placeholder = Message everyone
chat-send = Send
chat-you = you
chat-sending = Sending…
chat-waiting = Sent when the connection is back
chat-to-end = Newest
# $name: who wrote it
chat-remove = Remove the message of { $name }
# $left: characters, negative when too long
chat-left = { $left }
