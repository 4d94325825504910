//! Hearing oneself.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use crate::media::capture::Block;
use crate::media::locked;

/// Samples of stereo that may wait: 60 ms. Full: the oldest are dropped, so that one hears oneself without growing delay.
const QUEUE: usize = 2 * 48 * 60;

/// From one's own microphone to one's own loudspeaker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Monitor(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    on: AtomicBool,
    samples: Mutex<VecDeque<f32>>,
}

impl Monitor {
    pub(crate) fn set(&self, on: bool) {
        self.0.on.store(on, Relaxed);
        locked(&self.0.samples).clear();
    }

    /// A block from the microphone.
    pub(crate) fn offer(&self, block: &Block) {
        if self.0.on.load(Relaxed) {
            let mut samples = locked(&self.0.samples);
            samples.extend(block);
            let surplus = samples.len().saturating_sub(QUEUE);
            samples.drain(..surplus);
        }
    }

    /// Adds what waits to a mix.
    pub(crate) fn mix_into(&self, out: &mut [f32]) {
        if self.0.on.load(Relaxed) {
            let mut samples = locked(&self.0.samples);
            let count = out.len().min(samples.len());
            for (to, from) in out.iter_mut().zip(samples.drain(..count)) {
                *to += from;
            }
        }
    }
}
