### Files in and out: people, the agenda, and whole events.

files-export-people = Export as CSV
files-import-people = Import people…
files-export-agenda = Export as CSV
files-export-calendar = Export as iCalendar
files-import-agenda = Import sessions…
files-export-event = Export the event
files-import-event = Import an event…
files-agenda = Files
files-agenda-hint = A CSV table has the columns title, start, end, room, track, speakers and description. Calendars come as iCalendar. Sessions that are there already are not added twice.
files-people-hint = A CSV table with the columns name and email; and ticket, where there is more than one. A column that is called like one of your questions holds the answers. Everybody gets their ticket by mail at once; of a draft, when you publish it.
files-saved = Saved “{ $name }”.
# $done and $of: sizes, such as 1.4 MB
files-saving = Saving “{ $what }”: { $done }
files-sending = Importing: { $done } of { $of }
files-working = The server is working on it…
files-stop = Stop
files-close = Close
files-save-report = Save the report…
files-report-name = import-report.txt
files-report-done = Imported
files-report-half = Only part of the file was imported
files-report-none = Nothing was imported
# $name: of the file
files-summary = { $added ->
    [0] Nothing in “{ $name }” is new.
    [one] One line of “{ $name }” is in.
   *[other] { $added } lines of “{ $name }” are in.
} { $known ->
    [0] { "" }
    [one] One was there already.
   *[other] { $known } were there already.
}
files-summary-event = The event of “{ $name }” is in the list of events.
files-summary-held-back = It is a draft here, as people know of it from elsewhere: nobody is written to or reminded by this server until you publish it. Then everybody gets a ticket that leads here; so before that, end it or take it down where it was.
files-summary-none = “{ $name }” was left alone as a whole, so that you can mend it and import it again. { $count ->
    [one] One thing is wrong in it.
   *[other] { $count } things are wrong in it.
}
files-summary-half = Import it again when this is mended: what is in already is not added twice.
files-more = Reading stopped after { $count }; there may be more below.
files-ignored = Columns that were not read: { $columns }.
files-rooms = Rooms that were made, as there were none of these names: { $rooms }.
files-places = Places that became no rooms, as they are links or longer than a title: { $places }.
files-wrong = What is wrong
files-lines = Line by line
files-lines-rest = The first { $count } are shown. The saved report has all of them.
files-line = Line { $line }
files-line-column = Line { $line }, column “{ $column }”
files-fate-added = added
files-fate-known = was there already
files-fate-left-out = left out, as it is cancelled
files-fate-no-place = left out, as the file says that they wait or have not paid
files-fate-waits = is on the waiting list here, and stays there
files-fate-unpaid = has a place here that is not paid for yet, left as it is
files-fate-else = see the server
files-offline = The server cannot be reached, or broke off.
    .cure = Nothing was changed. Check the internet connection and try again.
files-unknown = Nobody knows how far this came: the server never answered.
    .cure = Look at how it stands, then import the same file again. What is in already is not added twice.
files-known-event = This event is on this server already.
    .cure = Look in the list of events and in the deleted ones. To have it twice, duplicate it on its overview.
files-unreadable = This file cannot be read.
    .cure = Choose another one. If it is open in another program, close it there first.
files-too-large = This file is too large.
    .cure = Tables and calendars have at most 5 MB, whole events 512 MB. Split a larger table.
files-not-written = The file could not be written.
    .cure = Look whether there is space left and whether you may write there, then try again.

# What is wrong in a line.
fault-file-too-long = the file has more than 5 MB
fault-not-utf8 = this is not text in UTF-8; save the table as “CSV UTF-8”
fault-no-rows = the table has no rows
fault-too-many-rows = the table has more than 50,000 rows
fault-column-missing = this column is missing
fault-column-twice = this column is there twice
fault-too-many-cells = the row has more cells than there are columns
fault-open-quote = a quotation mark has no other end
fault-cell-too-long = a cell has more than 20,000 characters
fault-empty = this must not be empty
fault-not-a-name = this is too long, has more than one line, or shows nothing
fault-not-a-text = this is too long, or has characters that cannot be shown
fault-not-a-state = this is no state: write pending, confirmed, waiting, cancelled or refunded
fault-not-an-address = this is no e-mail address
# $detail: another line
fault-same-as = the same as in line { $detail }
fault-not-a-time = this is no time; write 2026-05-01 14:30, or 2026-05-01T14:30:00+02:00
fault-no-such-time = clocks go forward on that day and skip this time
fault-time-twice = clocks go back on that day and this time comes twice; add the offset, as in 2026-10-25T02:30:00+02:00
fault-ends-before-start = the end is not after the start
fault-no-such-ticket = the event has no ticket of this name
fault-no-tickets = the event has no tickets yet; add one under Tickets
fault-which-ticket = the event has several tickets; say which one
fault-not-an-answer = this is no answer to that question
fault-sold-out = no place was left
# $detail: a number
fault-too-many-people = nobody was registered: from here on there are { $detail } people more than places are left
fault-not-registered = this person cannot be registered now; look at the event and its tickets
fault-too-many-speakers = a session has at most 30 speakers
fault-too-far = a session takes from a minute to 48 hours, within 31 days of the event’s start
fault-too-many-parts = an event has at most 1,000 sessions, 200 rooms, 100 tracks and 1,000 speakers
fault-event-full = the event has as many as it can have
fault-calendar-too-large = the calendar has more than 5 MB
fault-calendar-too-many = the calendar has more than 1,000 entries
fault-calendar-none = this is no iCalendar file
fault-calendar-no-line = this is no line of an iCalendar file
fault-calendar-unbalanced = BEGIN and END do not match
fault-calendar-no-title = the entry has no title (SUMMARY)
fault-calendar-no-start = the entry has no beginning (DTSTART)
fault-calendar-no-end = the entry has no end (DTEND or DURATION)
fault-calendar-all-day = the entry takes the whole day; a session begins and ends at a time
fault-calendar-no-moment = this is no date with a time, such as 20261203T190000Z
fault-calendar-no-duration = this is no duration, such as PT1H30M
# $detail: a time zone
fault-calendar-time-zone = the time zone “{ $detail }” is not known; write its IANA name, such as Europe/Berlin
fault-calendar-too-long = the entry takes longer than a year
fault-calendar-repeats = the entry repeats; give each time an entry of its own
# $detail: what the server says of it
fault-archive = { $detail }
fault-archive-too-large = This is more than a server takes: { $detail }
fault-archive-underway = this event is being taken in just now, or an import of it that broke off is being cleared away: try again in a minute
