//! Racing two futures, and cancellation from outside: all that the client needs of an async library.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, Waker};

/// The output of the future that completed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first future's output; it takes precedence if both are ready.
    Left(A),
    /// The second future's output.
    Right(B),
}

/// Runs both futures until one completes, and drops the other.
pub async fn race<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|context| {
        if let Poll::Ready(value) = a.as_mut().poll(context) {
            return Poll::Ready(Either::Left(value));
        }
        b.as_mut().poll(context).map(Either::Right)
    })
    .await
}

/// Cancels the calls in progress; later ones are not affected.
#[derive(Debug, Default)]
pub struct Cancel {
    generation: Cell<u32>,
    wakers: RefCell<Vec<Waker>>,
}

impl Cancel {
    /// Cancels.
    pub fn cancel(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
        for waker in self.wakers.take() {
            waker.wake();
        }
    }

    /// Ready when [`Cancel::cancel`] is called after this call.
    pub fn cancelled(&self) -> impl Future<Output = ()> + '_ {
        let begun = self.generation.get();
        poll_fn(move |context| {
            if self.generation.get() != begun {
                return Poll::Ready(());
            }
            let mut wakers = self.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
    }
}
