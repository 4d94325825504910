### How an event looks.

branding-colours = Colours
branding-accent = Accent
branding-accent-hint = Buttons and what is marked
branding-background = Background
branding-background-hint = Behind everything on the page
branding-pick = Choose: { $label }
branding-wrong = Write a colour such as #ffb454.
branding-read = Words in the accent colour can be read on this background.
branding-seen = Buttons can be seen, but small words in this accent are hard to read. Make one of the two lighter or darker, until it is 4.5 : 1.
branding-lost = The accent gets lost on this background, and some people will not see the button. Make one of the two lighter or darker, until it is 3 : 1 at least.
branding-no-colour = That is no colour.
branding-pictures = Pictures
branding-pictures-hint = PNG, JPEG or WebP
branding-logo = Logo
branding-logo-hint = Stands in place of your organisation’s name
branding-cover = Cover
branding-cover-hint = Wide, behind the title; 1600 × 600 fits
branding-size = { NUMBER($width, useGrouping: 0) } × { NUMBER($height, useGrouping: 0) } pixels
branding-choose = Choose…
branding-choose-logo = Choose a logo
branding-choose-cover = Choose a cover
branding-picture = A picture
branding-no-picture = None
branding-uploading = Uploading…
branding-preview = The top of the public page
branding-register = Register
