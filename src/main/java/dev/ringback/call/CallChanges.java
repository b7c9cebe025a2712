package dev.ringback.call;

import dev.ringback.telemetry.CallInHand;
import dev.ringback.web.ProblemCode;
import dev.ringback.web.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/// Carries a transition out: reads the call, changes it, writes it on the condition that nobody else has, and publishes
/// what happened.
///
/// The condition is all that keeps changes apart, so one that is written by a single statement needs no transaction, and
/// that is most of them. Where pushes are planned with it, or a witness writes something, both are one transaction.
@Component
class CallChanges {
    private final CallRepository calls;
    private final CallWriter writer;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final List<CallWitness> witnesses;

    CallChanges(CallRepository calls, CallWriter writer, TransactionTemplate transaction,
            ApplicationEventPublisher events, ObjectProvider<CallWitness> witnesses) {
        this.calls = calls;
        this.writer = writer;
        this.transaction = transaction;
        this.events = events;
        this.witnesses = witnesses.orderedStream().toList();
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
            var tried = Tried.of(inHand(find(ref)), transition);
            if (isWrittenAlone(tried)) {
                write(List.of(tried));
            } else {
                transaction.executeWithoutResult(_ -> write(List.of(tried)));
            }
            return tried.result();
        } catch (OptimisticLockingFailureException _) {
            return transaction
                    .execute(_ -> applied(List.of(existing(find(ref, calls::findForChange))), transition).getFirst());
        }
    }

    /// The same inside the caller's transaction, with nobody else changing the call until that ends.
    Result applyAlone(UUID callId, Function<Call, Transition> transition) {
        return applied(List.of(existing(calls.findForChange(callId))), transition).getFirst();
    }

    /// Applies `transition` to calls that the caller's transaction has locked, and writes all in one go.
    List<Result> applyAll(List<UUID> locked, Function<Call, Transition> transition) {
        return applied(calls.findAll(locked), transition);
    }

    /// Writes a new call inside the caller's transaction.
    CallSnapshot insert(Call call) {
        writer.insert(call);
        var snapshot = call.snapshot();
        witnesses.forEach(witness -> witness.placed(snapshot));
        var rung = call.ringingUsers();
        if (!rung.isEmpty()) {
            publish(new CallEvent(snapshot, new CallEvent.Change.Rang(rung), call.wasPushed()));
        }
        return snapshot;
    }

    /// A call after a transition, not written yet.
    ///
    /// @param event what others are told, if anything
    private record Tried(Call call, Result result, Optional<CallEvent> event) {
        static Tried of(Call call, Function<Call, Transition> transition) {
            var outcome = transition.apply(call);
            var snapshot = call.snapshot();
            var event = outcome instanceof Transition.Done(var change)
                    ? Optional.of(new CallEvent(snapshot, change, call.wasPushed()))
                    : Optional.<CallEvent>empty();
            return new Tried(call, new Result(snapshot, call.wasPushed(), outcome), event);
        }

        boolean isChanged() {
            return event.isPresent() || result.transition() instanceof Transition.DoneQuietly;
        }

    }

    /// Whether nothing else is written with it.
    private boolean isWrittenAlone(Tried tried) {
        return tried.event()
                .map(event -> event.isOnlyTold() && witnesses.stream().noneMatch(witness -> witness.wants(event)))
                .orElse(true);
    }

    private List<Result> applied(List<Call> alone, Function<Call, Transition> transition) {
        var tried = alone.stream().map(call -> Tried.of(call, transition)).toList();
        write(tried);
        return tried.stream().map(Tried::result).toList();
    }

    private void write(List<Tried> tried) {
        var changed = tried.stream().filter(Tried::isChanged).map(Tried::call).toList();
        if (!changed.isEmpty()) {
            writer.update(changed);
            var happened = tried.stream().map(Tried::event).flatMap(Optional::stream).toList();
            witnesses.forEach(witness -> witness.changed(happened));
            happened.forEach(this::publish);
        }
    }

    private void publish(CallEvent event) {
        try (var _ = CallInHand.of(event.call().callId())) {
            events.publishEvent(event);
        }
    }

    private static Call inHand(Optional<Call> found) {
        var call = existing(found);
        CallInHand.is(call.id());
        return call;
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
