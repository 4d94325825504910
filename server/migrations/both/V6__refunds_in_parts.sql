-- What went back of a payment so far, and what came of money where that is not what was asked for.
ALTER TABLE payments ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN came BIGINT;
ALTER TABLE payments ADD COLUMN came_currency TEXT;
UPDATE payments SET refunded = amount WHERE state = 'refunded';

-- Since when nothing shows a picture, as it was last looked at: a day later it is swept away.
ALTER TABLE images ADD COLUMN unused_since BIGINT;
