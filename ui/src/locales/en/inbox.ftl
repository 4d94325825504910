### Direct messages and mentions.

inbox-title = Inbox
inbox-new = New message
inbox-find = Find somebody by name
inbox-nobody = Nobody of that name has spoken here.
inbox-mentions = Mentions
inbox-talks = Conversations
inbox-empty = Nothing for you yet
    .words = When somebody writes to you, or mentions you in a room, it is here.
# $name: a person
inbox-mentioned = { $name } mentioned you
inbox-mentioned-notes = { $name } mentioned you in the notes
inbox-new-mention = New
inbox-own = You:
# Before how a conversation ends, where one wrote something and did not send it.
inbox-begun = Draft ·
# In the place of the name of somebody who was forgotten.
inbox-forgotten = Someone who has left
# $name: a person
inbox-thread = Conversation with { $name }
inbox-log = Messages with { $name }
inbox-begin = This is the beginning of your conversation with { $name }.
inbox-write = Write to { $name }
inbox-back = Back to all messages
inbox-older = Loading earlier messages…
inbox-older-again = Load earlier messages
inbox-report = Report this message
inbox-report-words = Those who look after this room see it, with the five messages before it, and nothing else of your messages.
inbox-block = Block
inbox-unblock = Unblock
inbox-blocked = Blocked
inbox-blocked-words = You blocked { $name }. They are not told, and neither of you can write to the other.
inbox-blocks = { $count ->
    [one] { $count } person blocked
   *[other] { $count } people blocked
}
inbox-from = Who may write to you
inbox-from-everybody = Everybody here
inbox-from-crew = Speakers and crew
inbox-from-nobody = Nobody
