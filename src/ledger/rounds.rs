//! One look at the head for all that wait for one.
//!
//! A look-up may only be answered by a head that was read after it came. Whoever
//! comes while a look is under way therefore waits for the next one, and shares it
//! with everybody who has come by then (as reads of one index do in Raft).

use crate::store::StoreError;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

type Waiter = oneshot::Sender<Result<(), StoreError>>;

/// The looks at the head.
#[derive(Default)]
pub(super) struct Rounds(Mutex<State>);

#[derive(Default)]
struct State {
    /// Whether somebody looks, and will look again for those who wait.
    under_way: bool,
    /// Who waits for the next look.
    waiting: Vec<Waiter>,
}

impl Rounds {
    /// Waits for the next look. True: nobody looks, and the caller has to
    /// [`Rounds::run`].
    pub(super) fn join(&self, waiter: Waiter) -> bool {
        let mut state = super::lock(&self.0);
        state.waiting.push(waiter);
        !std::mem::replace(&mut state.under_way, true)
    }

    /// Looks until nobody waits any more.
    pub(super) fn run(&self, look: impl Fn() -> Result<(), StoreError>) {
        let ended = Ended(self);
        while let Some(waiting) = self.next() {
            let seen = look();
            for waiter in waiting {
                // Who went away needs no answer.
                let _ = waiter.send(seen.clone());
            }
        }
        std::mem::forget(ended);
    }

    fn next(&self) -> Option<Vec<Waiter>> {
        let mut state = super::lock(&self.0);
        if state.waiting.is_empty() {
            state.under_way = false;
            return None;
        }
        Some(std::mem::take(&mut state.waiting))
    }
}

/// After a panic those who wait are told, and the next to come looks again.
struct Ended<'a>(&'a Rounds);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.under_way = false;
        state.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn waiter() -> (Waiter, oneshot::Receiver<Result<(), StoreError>>) {
        oneshot::channel()
    }

    #[test]
    fn one_look_serves_all_that_came_before_it_and_none_that_came_after() {
        let rounds = Rounds::default();
        let (first, mut first_told) = waiter();
        let (second, mut second_told) = waiter();
        assert!(rounds.join(first), "nobody looks yet");
        assert!(!rounds.join(second));
        let (third, third_told) = waiter();
        let (third, looks) = (Cell::new(Some(third)), Cell::new(0));
        rounds.run(|| {
            looks.set(looks.get() + 1);
            if let Some(third) = third.take() {
                assert!(!rounds.join(third), "somebody looks");
            }
            Ok(())
        });
        assert_eq!(looks.get(), 2, "who came during a look gets the next");
        for told in [&mut first_told, &mut second_told, &mut { third_told }] {
            assert_eq!(told.try_recv(), Ok(Ok(())));
        }
        assert!(rounds.join(waiter().0), "all have gone");
    }

    #[test]
    fn a_look_that_panics_leaves_nobody_waiting() {
        let rounds = Rounds::default();
        let (waiter_, mut told) = waiter();
        rounds.join(waiter_);
        let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            rounds.run(|| panic!("a bug"));
        }));
        assert!(looked.is_err() && told.try_recv().is_err());
        assert!(rounds.join(waiter().0), "the next one looks");
    }
}
