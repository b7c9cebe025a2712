package dev.ringback.call;

import java.util.List;

/// Writes down what happens to calls, in the transaction in which it happens: of a change that is rolled back nothing is
/// written, and of one that is committed nothing is lost. What it throws undoes the change.
///
/// Most changes need no transaction of their own; one that a witness wants to see gets one.
public interface CallWitness {

    /// Whether it would write something of this change. Asked before the change is written, so it must cost nothing.
    boolean wants(CallEvent event);

    /// New calls were written. One that rings for nobody, all called users being busy, is over already.
    void placed(CallSnapshot call);

    /// Calls were changed, one by each event; some events may be such as it does not want, and if it wants none, there may be
    /// no transaction.
    void changed(List<CallEvent> events);
}
