//! Sound that arrives: a jitter buffer and a decoder for each slot, the mix, and the thread that plays it. The clock of what
//! is played is the clock that pictures follow.

pub(crate) mod health;
pub(crate) mod jitter;
pub(crate) mod monitor;
pub(crate) mod output;
pub(crate) mod playout;
pub(crate) mod resample;
pub(crate) mod voice;
