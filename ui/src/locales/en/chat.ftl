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
chat-new = New
chat-news = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
chat-beginning = This is where the chat begins
chat-older-reading = Reading what was said before…
chat-older-failed = What was said before could not be read.
chat-older-again = Try again

chat-tools = What can be done with the message of { $name }
# $name: who wrote it
chat-remove = Remove the message of { $name }
chat-remove-question = Remove this message?
chat-remove-yes = Remove
chat-remove-no = Keep
# $left: characters, negative when too long
chat-left = { $left }

chat-digest-one = { $name }: { $words }
chat-digest = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}, the last by { $name }: { $words }
