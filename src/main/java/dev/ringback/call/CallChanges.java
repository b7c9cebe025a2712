package dev.ringback.call;

import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Carries a transition out: reads the call, changes it, writes it on the condition that nobody else has, and publishes
/// what happened.
///
/// The condition is all that keeps changes apart, so one that is written by a single statement needs no transaction, and
/// that is most of them. Where pushes are planned with it, both are one transaction.
@Component
class CallChanges {
    private final CallRepository calls;
    private final VacancyRules vacancy;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;

    CallChanges(CallRepository calls, VacancyRules vacancy, TransactionTemplate transaction,
            ApplicationEventPublisher events) {
        this.calls = calls;
        this.vacancy = vacancy;
        this.transaction = transaction;
        this.events = events;
    }

    /// What a transition led to.
    ///
    /// @param call the call afterwards
    /// @param pushed whether devices were to be rung by push, before
    record Result(CallSnapshot call, boolean pushed, Transition transition) {}

    /// Applies `transition` to the call.
    ///
    /// Whoever writes first wins. One who loses reads the call again, under a lock this time, so that the second try is
    /// the last, and finds out what the winner made of it.
    ///
    /// @throws ProblemException `call_not_found`
    Result apply(CallRef ref, Function<Call, Transition> transition) {
        try {
            var call = existing(find(ref));
            return apply(call, transition, this::carryOut);
        } catch (OptimisticLockingFailureException _) {
            return transaction.execute(_ -> apply(existing(find(ref, calls::findForChange)), transition, this::write));
        }
    }

    /// The same inside the caller's transaction, with nobody else changing the call until that ends.
    Result applyAlone(UUID callId, Function<Call, Transition> transition) {
        return apply(existing(calls.findForChange(callId)), transition, this::write);
    }

    /// Applies `transition` to calls that the caller's transaction has locked.
    List<Result> applyAll(List<UUID> locked, Function<Call, Transition> transition) {
        return calls.findAll(locked).stream().map(call -> apply(call, transition, this::write)).toList();
    }

    /// Writes a new call inside the caller's transaction.
    CallSnapshot insert(Call call) {
        var snapshot = call.snapshot();
        calls.insert(call, vacancy.roomOf(snapshot));
        var rung = call.ringingUsers();
        if (!rung.isEmpty()) {
            events.publishEvent(call.event(new CallEvent.Change.Rang(rung)));
        }
        return snapshot;
    }

    /// How a change gets into the database and to whom it concerns.
    private interface Writing {
        /// @param event null when nobody is told
        void write(Call call, CallSnapshot snapshot, @Nullable CallEvent event);
    }

    private Result apply(Call call, Function<Call, Transition> transition, Writing writing) {
        var outcome = transition.apply(call);
        var snapshot = call.snapshot();
        switch (outcome) {
            case Transition.Done(var change) -> writing.write(call, snapshot, call.event(change));
            case Transition.DoneQuietly _ -> writing.write(call, snapshot, null);
            case Transition.Repeated _,Transition.AnsweredElsewhere _,Transition.NotActive _,Transition.NotAParty _ -> {
            }
        }
        return new Result(snapshot, call.wasPushed(), outcome);
    }

    private void carryOut(Call call, CallSnapshot snapshot, @Nullable CallEvent event) {
        if (event == null || event.isOnlyTold()) {
            write(call, snapshot, event);
        } else {
            transaction.executeWithoutResult(_ -> write(call, snapshot, event));
        }
    }

    private void write(Call call, CallSnapshot snapshot, @Nullable CallEvent event) {
        calls.update(call, vacancy.roomOf(snapshot));
        if (event != null) {
            events.publishEvent(event);
        }
    }

    private static Call existing(Optional<Call> found) {
        return found.orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
    }

    Optional<Call> find(CallRef ref) {
        return find(ref, calls::find);
    }

    private Optional<Call> find(CallRef ref, Function<UUID, Optional<Call>> read) {
        return switch (ref) {
            case CallRef.ById(var callId) -> read.apply(callId);
            case CallRef.ByRoom(var roomId) -> calls.newestInRoom(roomId).flatMap(read);
            case CallRef.ByGrant(var callId, var roomId) -> read.apply(callId).map(call -> inRoom(call, roomId));
        };
    }

    private static Call inRoom(Call call, @Nullable String roomId) {
        if (roomId != null && !call.isIn(roomId)) {
            throw CallRef.anotherCall();
        }
        return call;
    }
}
