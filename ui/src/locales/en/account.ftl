### Signing in by mail, and what a person finds afterwards.

account-title = Sign in with your e-mail
account-lead = For your tickets, and for the events that you organize. No password: you get a link.
account-email = E-mail address
account-server = Server
account-server-hint = The address that the event’s page has in the browser.
account-start = Send me a link
account-sending = Sending…
account-look = Look in your mail
account-sent = A link is on its way to
account-open = Open it on this computer, or copy it from another one and paste it here. It holds only for a short while.
account-link = Link from the mail
account-confirm = Sign in
account-confirming = Signing in…
account-change = Another address
account-where = Sign in at this server?
account-where-hint = This link was not asked for on this computer. Whoever sent it may see what you do there. Go on only if you made it yourself or know who did.
account-where-no = Do not sign in
account-where-yes = Sign in there
account-sign-out = Sign out
account-invite = I have an invite link
account-back = Back to my events
