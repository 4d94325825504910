### The organizer's window.

dashboard-title = Dashboard
dashboard-organisation = Organisation
dashboard-mine = My events
dashboard-signed-out = You are signed out
dashboard-signed-out-hint = Sign in with your e-mail address to go on.
dashboard-sign-in = Sign in
organisation-others = You belong to no organisation
organisation-others-hint = On this server organisations are made by those who own one. Ask one of them to add you, by the address you signed in with.
organisation-first = Name your organisation
organisation-first-hint = Events belong to an organisation. Others can join it later, each with a role of their own.
organisation-name = Name
organisation-create = Create organisation
members-title = Members
integrations-title = Integrations
section-parts = Parts of the event
section-overview = Overview
section-agenda = Agenda
section-show = Show
section-speakers = Speakers
section-tickets = Tickets
section-questions = Questions
section-people = People
section-branding = Branding
section-trash = Trash
trash-restore = Restore
