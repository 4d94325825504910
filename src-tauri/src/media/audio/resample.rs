//! Changing the sample rate between the engine's 48 kHz and what a device wants.

use std::collections::VecDeque;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Input frames a step: about 5 ms.
const STEP: usize = 240;

/// Takes stereo at one rate and gives it at another. At equal rates it only queues.
pub(crate) struct Resampler {
    inner: Option<Fft<f32>>,
    /// Not enough for a step yet: bounded by a step and what one `push` brings.
    waiting: Vec<f32>,
    /// Done and not taken yet. Bounded by the caller, who takes before pushing more.
    done: VecDeque<f32>,
}

impl Resampler {
    pub(crate) fn new(from: usize, to: usize) -> Result<Self, rubato::ResamplerConstructionError> {
        let inner = if from == to { None } else { Some(Fft::new(from, to, STEP, 2, FixedSync::Input)?) };
        Ok(Self { inner, waiting: Vec::new(), done: VecDeque::new() })
    }

    /// Interleaved samples in.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        let Some(inner) = &mut self.inner else {
            self.done.extend(samples);
            return;
        };
        self.waiting.extend_from_slice(samples);
        loop {
            let wanted = inner.input_frames_next() * 2;
            let Some(step) = self.waiting.get(..wanted) else { return };
            if let Ok(adapter) = InterleavedSlice::new(step, 2, wanted / 2)
                && let Ok(out) = inner.process(&adapter, None)
            {
                self.done.extend(out.take_data());
            }
            self.waiting.drain(..wanted);
        }
    }

    /// How many frames can be taken.
    pub(crate) fn ready(&self) -> usize {
        self.done.len() / 2
    }

    /// Interleaved samples out: as many as there are and fit. Tells how many.
    pub(crate) fn pop(&mut self, out: &mut [f32]) -> usize {
        let count = out.len().min(self.done.len());
        for (to, from) in out.iter_mut().zip(self.done.drain(..count)) {
            *to = from;
        }
        count
    }
}
