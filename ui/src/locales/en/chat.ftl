### The chat.

chat-title = Chat
chat-log = Messages
chat-empty = Nobody has said anything yet. Say hello.
chat-empty-then = Nobody had said anything yet.
chat-placeholder = Message everyone
chat-send = Send
chat-you = you
chat-to-end = Newest
chat-going = Looking for the message…
chat-new = New
chat-news = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
chat-beginning = This is where the chat begins
chat-older-reading = Reading what was said before…
chat-older-failed = What was said before could not be read.
chat-older-again = Try again
chat-later-reading = Reading what was said after that…
chat-later-failed = What was said after that could not be read.

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

chat-gone = This message was removed
chat-edited = edited
chat-quote-jump = Go to the message that this replies to
chat-quote-older = An earlier message
chat-trace-hidden = Hidden by { $by } at { $at }
chat-trace-removed = Removed by { $by } at { $at }
chat-trace-somebody = somebody
chat-trace-earlier = { $count ->
    [one] Changed once
   *[other] Changed { $count } times
}

chat-reply = Reply to { $name }
chat-edit = Edit your message
chat-pin = Pin the message of { $name }
chat-unpin = Unpin
chat-hide = Hide the message of { $name }
chat-show = Show the message of { $name } again
chat-report = Report the message of { $name }
chat-hidden = Hidden: { $name }
chat-removed = The message of { $name } is removed
chat-did-pin = Pinned: { $name }
chat-did-unpin = No longer pinned: { $name }

chat-answers = Replying to { $name }:
chat-answers-stop = Do not reply
chat-edits = Editing your message
chat-edits-stop = Leave it as it was
chat-completions = What this can become
chat-wait = { $seconds } s

chat-pinned = Pinned message
chat-pinned-by = Pinned · { $name }
chat-pin-changed = { $name } changed the pinned message. It is not pinned any more:
chat-pin-again = Pin again
chat-pin-leave = Leave it unpinned

chat-rule-closed = The chat is closed
chat-rule-slow = One message every { $seconds } s
chat-rule-links = No links
chat-muted = A moderator muted you: you can read, and not write. Ask whoever runs this event if you think that this is a mistake.
chat-closed = The chat is closed just now. You can read what was said.

chat-search = Search messages
chat-search-close = Close the search
chat-search-more = Find older ones
chat-search-found = { $more ->
    [yes] The newest { $count } that were found
   *[no] { $count ->
        [0] Nothing found
        [one] { $count } found
       *[other] { $count } found
    }
}

notes-title = Crew
notes-empty = Notes here are for the crew alone: speakers, moderators and producers.
notes-placeholder = Note to the crew
notes-private = Only the crew reads this

announce-title = Announce something
announce-what = Everybody in the room sees it above everything else, until you take it down.
announce-words = Words
announce-send = Announce
announce-not = Cancel
chat-not-found = This message cannot be found
    .cure = It may be too far back by now. Search the chat for its words.
announcement-end = Take down
announcement-ended = The announcement is taken down
announcement-aside = Hide it here

emoji-title = Emoji
emoji-search = Search emoji
emoji-found = Found
emoji-faces = Faces
emoji-hands = Hands and people
emoji-hearts = Hearts and light
emoji-celebration = Celebration and food
emoji-nature = Nature
emoji-things = Things and travel
emoji-signs = Signs
