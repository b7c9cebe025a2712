package dev.ringback.identity;

import io.github.bucket4j.Bucket;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the bucket that all nodes share, and this node's own where that one does not answer.
///
/// @param own by the same rules
record FallingBack(Bucket shared, Bucket own) implements InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FallingBack.class);

    static Bucket of(Bucket shared, Bucket own) {
        return (Bucket) Proxy.newProxyInstance(Bucket.class.getClassLoader(), new Class<?>[]{Bucket.class},
                new FallingBack(shared, own));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(shared, arguments);
        } catch (InvocationTargetException failure) {
            LOG.debug("A shared limit does not answer", failure.getCause());
            return method.invoke(own, arguments);
        }
    }
}
