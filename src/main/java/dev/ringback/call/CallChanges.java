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
/// what happened, all in one transaction.
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
    record Result(CallSnapshot call, Transition transition) {}

    /// Applies `transition` to the call.
    ///
    /// Whoever commits first wins. One who loses reads the call again, under a lock this time, so that the second try is
    /// the last, and finds out what the winner made of it.
    ///
    /// @throws ProblemException `call_not_found`
    Result apply(CallRef ref, Function<Call, Transition> transition) {
        try {
            return inTransaction(ref, transition, calls::find);
        } catch (OptimisticLockingFailureException _) {
            return inTransaction(ref, transition, calls::findForChange);
        }
    }

    private Result inTransaction(CallRef ref, Function<Call, Transition> transition,
            Function<UUID, Optional<Call>> read) {
        return transaction.execute(_ -> {
            var call = find(ref, read).orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND));
            return apply(call, transition);
        });
    }

    /// The same inside the caller's transaction, with nobody else changing the call until that ends.
    Result applyAlone(UUID callId, Function<Call, Transition> transition) {
        return apply(calls.findForChange(callId).orElseThrow(() -> new ProblemException(ProblemCode.CALL_NOT_FOUND)),
                transition);
    }

    /// Applies `transition` to calls that the caller's transaction has locked.
    List<Result> applyAll(List<UUID> locked, Function<Call, Transition> transition) {
        return calls.findAll(locked).stream().map(call -> apply(call, transition)).toList();
    }

    /// Writes a new call inside the caller's transaction.
    CallSnapshot insert(Call call, List<CallEvent.Change> changes) {
        calls.insert(call);
        return written(call, changes);
    }

    private Result apply(Call call, Function<Call, Transition> transition) {
        var outcome = transition.apply(call);
        return switch (outcome) {
            case Transition.Done(var change) -> new Result(update(call, List.of(change)), outcome);
            case Transition.DoneQuietly _ -> new Result(update(call, List.of()), outcome);
            case Transition.Repeated _,Transition.AnsweredElsewhere _,Transition.NotActive _,Transition.NotAParty _ ->
                new Result(call.snapshot(), outcome);
        };
    }

    private CallSnapshot update(Call call, List<CallEvent.Change> changes) {
        calls.update(call);
        return written(call, changes);
    }

    private CallSnapshot written(Call call, List<CallEvent.Change> changes) {
        var snapshot = call.snapshot();
        vacancy.roomOf(snapshot);
        changes.forEach(change -> events.publishEvent(new CallEvent(snapshot, change)));
        return snapshot;
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
