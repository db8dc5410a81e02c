using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matching.Core;
using Matching.Recording;

namespace Matching.Engine.Tests;

/// <summary>The values that the public API gives to callers, found by reflection, and one of each with every field set.</summary>
internal static class AnswerTexts
{
    private static readonly Assembly[] Ours =
    [
        typeof(Answer).Assembly, typeof(MatchingEngine).Assembly, typeof(Storage.IJournal).Assembly, typeof(RecordingReader).Assembly,
    ];

    /// <summary>What the members of the engine's classes give, and what those values hold.</summary>
    public static IReadOnlyList<Type> Types()
    {
        var found = new HashSet<Type>();
        foreach (Type service in new[] { typeof(MatchingEngine), typeof(RecordingReader) }
            .SelectMany(type => type.Assembly.GetExportedTypes()).Where(type => type.IsClass && !IsValue(type)))
        {
            foreach (Type type in service.GetMethods().Select(method => method.ReturnType))
            {
                Collect(type, found);
            }
        }

        return [.. found.OrderBy(type => type.FullName, StringComparer.Ordinal)];
    }

    /// <summary>Public state of a value: what a caller can read of it.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    /// <summary>One value whose every field is set, down to those of the values it holds.</summary>
    public static object Filled(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } held)
        {
            return Filled(held);
        }

        if (ElementOf(type) is { } element)
        {
            var list = Array.CreateInstance(element, 2);
            list.SetValue(Filled(element), 0);
            list.SetValue(Filled(element), 1);
            return type.IsValueType ? Activator.CreateInstance(type, BindingFlags.NonPublic | BindingFlags.Instance, null, [list], null)!
                : list;
        }

        return type switch
        {
            { IsEnum: true } => Enum.GetValues(type).GetValue(1)!,
            _ when type == typeof(string) => "words",
            _ when type == typeof(bool) => true,
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(7),
            _ when type == typeof(UInt128) => (UInt128)7,
            _ when type == typeof(PaymentId) => (PaymentId)7,
            _ when type == typeof(Exception) => Thrown(),
            { IsPrimitive: true } => Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture),
            _ => FilledByConstructor(type),
        };
    }

    /// <summary>The name of a type that stands in a text where its value should; null where none does.</summary>
    public static string? TypeNameIn(string text, Type type) =>
        text == type.ToString() ? text
        : Ours.SelectMany(assembly => assembly.GetExportedTypes()).Select(known => known.FullName!)
            .Concat(["System.Collections.", "[]"]).FirstOrDefault(name => text.Contains(name, StringComparison.Ordinal));

    /// <summary>Where a JSON object has nothing in it; null where every one has.</summary>
    public static string? EmptyIn(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object when !json.EnumerateObject().Any() => path,
        JsonValueKind.Object => json.EnumerateObject().Select(field => EmptyIn(field.Value, path + "." + field.Name))
            .FirstOrDefault(empty => empty is not null),
        JsonValueKind.Array => json.EnumerateArray().Select(one => EmptyIn(one, path + "[]")).FirstOrDefault(empty => empty is not null),
        _ => null,
    };

    private static bool IsValue(Type type) =>
        type != typeof(PaymentId) && !type.IsEnum && !type.IsByRefLike && (type.IsValueType || type.GetMethod("<Clone>$") is not null);

    private static void Collect(Type type, HashSet<Type> found)
    {
        foreach (Type held in type.GetGenericArguments().Append(type.GetElementType()).OfType<Type>())
        {
            Collect(held, found);
        }

        if (Ours.Contains(type.Assembly) && type != typeof(MatchingOptions) && IsValue(type) && found.Add(type))
        {
            foreach (PropertyInfo property in Properties(type))
            {
                Collect(property.PropertyType, found);
            }
        }
    }

    private static Type? ElementOf(Type type) => type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsGenericType ? type.GetGenericArguments()[0] : typeof(object);

    // As the engine makes one: by its constructor, then what that leaves to be set.
    private static object FilledByConstructor(Type type)
    {
        ConstructorInfo? maker = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length)
            .FirstOrDefault();
        ParameterInfo[] parameters = maker?.GetParameters() ?? [];
        object value = maker is null
            ? Activator.CreateInstance(type)!
            : maker.Invoke([.. parameters.Select(parameter => Filled(parameter.ParameterType))]);
        foreach (PropertyInfo property in Properties(type))
        {
            if (property.CanWrite && !parameters.Any(parameter => parameter.Name == property.Name))
            {
                property.SetValue(value, Filled(property.PropertyType));
            }
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Instance))
        {
            field.SetValue(value, Filled(field.FieldType));
        }

        return value;
    }

    // An exception that was thrown knows where, and what it knows there has no JSON.
    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("the disk is gone");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}
