//! The first of two futures, and cancelling from outside: all that the client needs of an async toolbox.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, Waker};

/// Which future was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First<A, B> {
    /// The first argument; it goes before the second when both are ready.
    A(A),
    /// The second argument.
    B(B),
}

/// Runs both and drops the slower one.
pub async fn race<A: Future, B: Future>(a: A, b: B) -> First<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|context| {
        if let Poll::Ready(value) = a.as_mut().poll(context) {
            return Poll::Ready(First::A(value));
        }
        b.as_mut().poll(context).map(First::B)
    })
    .await
}

/// Cancels what runs at the moment; what begins later is not concerned.
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
