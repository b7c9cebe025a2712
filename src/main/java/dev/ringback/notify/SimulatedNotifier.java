package dev.ringback.notify;

import dev.ringback.device.Platform;

/// A channel's own notifier, at whose other end no provider is: says so wherever what it did is looked up.
///
/// @param notifier does all the work, as with the real provider
record SimulatedNotifier(Notifier notifier) implements Notifier {
    @Override
    public boolean carries(NoticeType type, Platform platform) {
        return notifier.carries(type, platform);
    }

    /// The trace keeps the provider's id.
    @Override
    public Outcome send(Push push) throws InterruptedException {
        return switch (notifier.send(push)) {
            case Outcome.Delivered(var id) -> new Outcome.Delivered("simulated-" + (id == null ? push.id() : id));
            case Outcome.DeadToken dead -> dead;
            case Outcome.Refused refused -> refused;
            case Outcome.Unheard unheard -> unheard;
            case Outcome.TryLater later -> later;
        };
    }

    @Override
    public Check check() throws InterruptedException {
        var check = notifier.check();
        return new Check(check.ok(), check.ok()
                ? "Simulated, since there are no credentials: pushes go to simulated phones and never leave this service."
                : "Simulated, and the simulation does not work: " + check.message());
    }
}
