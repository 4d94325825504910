### Signing in.

welcome-title = Come on in
welcome-lead = Paste the link from your invitation.
welcome-link = Invite link
welcome-continue = Continue
welcome-looking = Looking…
welcome-leads-to = This link leads to a server that is new to this app:
welcome-leads-to-plain = This link leads to a server without encryption:
welcome-leads-hint = Nothing has been sent there yet. Go on if this is where your invitation comes from.
welcome-plain = Others on the way can read and change what you send to this server and what it sends to you.
    .cure = Ask for a link that begins with https:// unless you know this network and trust it.
welcome-confirm = Go on
welcome-confirm-plain = Go on without encryption
# $role: as what one comes, such as Speaker
welcome-as = You come in as: { $role }
welcome-as-name = { $name }, you come in as: { $role }
welcome-name = Your name
# $count: characters of the name; $most: how many there may be
welcome-name-long = This name has { $count } characters, and { $most } are the most. Make it shorter to come in.
welcome-join = Come in
welcome-joining = Coming in…
welcome-back = Another link
# $name, $role, $event: who is signed in beside this window, as what, and where
welcome-beside = You are in { $event } as { $name }, { $role }. Coming in here leaves it.
welcome-leave-question = Leave the running show?
# $event: its title
welcome-leave-explained = You are on stage, or call the show, in { $event }. Coming in by this link takes you out of it at once.
welcome-leave-no = Stay there
welcome-leave-yes = Leave and come in
welcome-forgets = This system has no key store, so the app keeps you signed in only until it is closed. Keep your link.
